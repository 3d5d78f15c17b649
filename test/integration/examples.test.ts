import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { unsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import { sampleRequest } from '../../lib/sandbox/sample-request.ts';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.ts';
import { runRedocly } from '../support/redocly.ts';
import { run } from '../support/run.ts';
import { awsEnvironment, startSignedGateway } from '../support/signed-gateway.ts';
import { type Definition, definitionOf, execute, StateError } from '../support/state-machine.ts';

// Programs are run, which takes its time on a busy machine.
jest.setTimeout(60_000);

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples');

/** A test that runs where a program is installed, in a version that will do; elsewhere its title says why it does not. */
const itWith = (program: string, version: RegExp) => {
  const { stdout = '', stderr = '' } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const isThere = version.test(`${stdout}${stderr}`);
  return (title: string, test: () => Promise<void>) =>
    isThere ? it(title, test) : it.skip(`${title} (skipped: there is no ${program} here that will do)`, test);
};

describe('the examples', () => {
  it('are all in the table', async () => {
    const table = await readFile(join(examples, 'README.md'), 'utf8');
    const listed = [...table.matchAll(/^\| \[(.+)\]\(\1\)/gm)].map(([, file]) => file);
    const there = (await readdir(examples)).filter(
      (file) => /^\w.*\.(?!md$)\w+$/.test(file) && file !== 'client.ts',
    );
    expect(listed.sort()).toEqual(there.sort());
  });

  let sandbox: Sandbox;
  let gateway: Awaited<ReturnType<typeof startSignedGateway>>;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startSignedGateway(sandbox.urls.http);
  });

  afterAll(() => Promise.all([gateway.close(), sandbox.close()]));

  /** Runs an example with a right and with a wrong password, at once. */
  const tryBoth = (command: string, args: readonly string[], environment: Record<string, string>) =>
    Promise.all(['671242', '000000'].map((otp) => run(command, [...args, otp], environment)));

  const signed = () => ({ ...awsEnvironment, API_URL: gateway.url });

  itWith('curl', /^curl (7\.(7[6-9]|[89]\d)|[89]\.|\d\d\.)/)('verify with curl', async () => {
    const [right, wrong] = await tryBoth('sh', [join(examples, 'curl.sh')], signed());
    expect(right).toMatchObject({ status: 0, stdout: expect.stringContaining('"status":"verified"') });
    expect(wrong).toMatchObject({ status: 22, stdout: expect.stringContaining('"code":"OtpRejected"') });
  });

  it('verify with Node and fetch', async () => {
    const [right, wrong] = await tryBoth(process.execPath, [join(examples, 'node-fetch.mjs')], signed());
    expect(right).toEqual({ status: 0, stdout: '+919765412345 is verified.\n', stderr: '' });
    expect(wrong).toEqual({ status: 1, stdout: '', stderr: 'OtpRejected: Incorrect OTP format\n' });
  });

  itWith('python3', /^Python 3\.([89]|\d\d)/)('verify with Python', async () => {
    const [right, wrong] = await tryBoth('python3', ['-I', join(examples, 'python.py')], signed());
    expect(right).toEqual({ status: 0, stdout: '+919765412345 is verified.\n', stderr: '' });
    expect(wrong).toEqual({ status: 1, stdout: '', stderr: 'OtpRejected: Incorrect OTP format\n' });
  });

  itWith('aws', /^aws-cli\/[12]\./)('verify with the AWS CLI', async () => {
    const environment = {
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_DEFAULT_REGION: 'ap-south-1',
      AWS_ENDPOINT_URL_LAMBDA: sandbox.urls.http,
    };
    const [right, wrong] = await tryBoth('sh', [join(examples, 'aws-lambda-invoke.sh')], environment);
    expect(right).toMatchObject({ status: 0, stdout: expect.stringContaining('"status":"verified"') });
    expect(wrong).toMatchObject({ status: 1, stdout: expect.stringContaining('"errorType":"OtpRejected"') });
  });

  it('are told so by API Gateway where their signature is wrong', async () => {
    const forger = { ...signed(), AWS_SECRET_ACCESS_KEY: 'another-secret' };
    const [refused] = await tryBoth(process.execPath, [join(examples, 'node-fetch.mjs')], forger);
    expect(refused).toEqual({ status: 1, stdout: '', stderr: 'API Gateway: Forbidden\n' });
  });

  describe('with a generated client', () => {
    let folder: string;
    let file: string;
    let strictSandbox: Sandbox;

    beforeAll(async () => {
      strictSandbox = await startSandbox({ environment: { TENANT_CLAIM: 'tenant' } });
      folder = await mkdtemp(join(tmpdir(), 'typescript-client-'));
      await cp(join(root, 'openapi.json'), join(folder, 'openapi.json'));
      await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      file = join(folder, 'examples/typescript-client.ts');
      await cp(join(examples, 'typescript-client.ts'), file);
      const command = /npx redocly (generate-client .+)/.exec(await readFile(file, 'utf8'))?.[1] ?? '';
      expect(await runRedocly(command.split(' '), folder)).toMatchObject({ status: 0 });
    });

    afterAll(() => Promise.all([strictSandbox.close(), rm(folder, { recursive: true })]));

    it('compile under strict', async () => {
      const language = ['--strict', '--target', 'es2024', '--module', 'nodenext', '--lib', 'es2024,dom'];
      const options = ['--ignoreConfig', '--noEmit', '--allowImportingTsExtensions', '--types', 'node'];
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      expect(await run(process.execPath, [tsc, ...language, ...options, file])).toMatchObject({
        status: 0,
        stdout: '',
      });
    });

    it('verify', async () => {
      const environment = { API_URL: strictSandbox.urls.http, API_TOKEN: unsignedToken('tenant', 'acme') };
      const [right, wrong] = await tryBoth(process.execPath, [file], environment);
      expect(right).toMatchObject({ status: 0, stdout: '+919765412345 is verified.\n' });
      expect(wrong).toMatchObject({ status: 1, stderr: 'OtpRejected: ask for the password again.\n' });
    });
  });

  describe('with a state machine', () => {
    let definition: Definition;

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'state-machine-'));
      const functionArn = 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number';
      const synth = await run(process.execPath, [join(examples, 'state-machine.ts')], {
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: JSON.stringify({ functionArn }),
      });
      expect(synth).toMatchObject({ status: 0 });
      const template = await readFile(join(folder, 'NumberOnboarding.template.json'), 'utf8');
      definition = definitionOf({ toJSON: () => JSON.parse(template) });
      await rm(folder, { recursive: true });
    });

    /** Lambda's Invoke, as Step Functions calls it. */
    const invoke = async ({ Payload }: { Payload: unknown }) => {
      const response = await fetch(sandbox.urls.invoke, { method: 'POST', body: JSON.stringify(Payload) });
      const result = JSON.parse(await response.text());
      if (response.headers.has('x-amz-function-error')) {
        throw new StateError(result.errorType, result.errorMessage);
      }
      return { Payload: result };
    };
    const start = (otp: string) =>
      execute(definition, { ...sampleRequest, otp }, { 'arn:aws:states:::lambda:invoke': invoke });

    it('verify', async () => {
      expect((await start('671242')).output).toMatchObject({ status: 'verified', id: sampleRequest.id });
      expect((await start('000000')).error).toMatchObject({ name: 'WrongPassword' });
    });
  });
});
