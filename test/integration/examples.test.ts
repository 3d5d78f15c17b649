import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sampleRequest } from '../../lib/reference/sample-request.ts';
import { createUnsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import { type RunningSandbox, startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { type Definition, readDefinition } from '../../scripts/templates/read-definition.ts';
import { whyNotInstalled } from '../support/installed-program.ts';
import { runRedocly } from '../support/redocly.ts';
import { type Run, run } from '../support/run.ts';
import { runStateMachine } from '../support/run-state-machine.ts';
import { awsEnvironment, startSignedGateway } from '../support/signed-gateway.ts';
import { StateError } from '../support/state-machine.ts';

// Starting programs takes long on a busy machine.
jest.setTimeout(60_000);

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples');

interface Example {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly skipped?: string | undefined;
}

/** The examples that sign their requests. */
const signedExamples: readonly Example[] = [
  {
    name: 'curl',
    command: ['sh', join(examples, 'curl.sh')],
    skipped:
      whyNotInstalled('curl', ['--version'], /^curl (7\.(8[4-9]|9\d)|[89]\.|\d\d\.)/) ??
      whyNotInstalled('jq', ['--version'], /^jq-1/),
  },
  { name: 'Node', command: [process.execPath, join(examples, 'node.mjs')] },
  {
    name: 'Python',
    command: ['python3', '-I', join(examples, 'python.py')],
    skipped: whyNotInstalled('python3', ['--version'], /^Python 3\.([89]|\d\d)/),
  },
  {
    name: 'Java',
    command: ['java', join(examples, 'VerifyNumber.java')],
    skipped: whyNotInstalled('javac', ['--version'], /^javac (1[7-9]|[2-9]\d)/),
  },
  {
    name: 'Go',
    command: ['go', 'run', join(examples, 'verify_number.go')],
    skipped: whyNotInstalled('go', ['version'], /go1\.(19|[2-9]\d)/),
  },
];

/** A response that says to wait. */
const createProblem = (code: string, retryAfter: number) => ({
  status: 429,
  headers: { 'content-type': 'application/problem+json', 'retry-after': String(retryAfter) },
  body: JSON.stringify({ code, detail: 'Try later', retryable: true, status: 429 }),
});

const verifiedText = '+919765412345 is verified.\n';

describe('the examples', () => {
  it('are all in the table', async () => {
    const table = await readFile(join(examples, 'README.md'), 'utf8');
    const listed = [...table.matchAll(/^\| \[(.+)\]\(\1\)/gm)].map(([, file]) => file);
    const files = (await readdir(examples)).filter(
      (file) => /^\w.*\.(?!md$)\w+$/.test(file) && file !== 'client.ts',
    );
    expect(listed.sort()).toEqual(files.sort());
  });

  let sandbox: RunningSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(() => sandbox.close());

  /** Runs an example with a right and with a wrong password, in parallel. */
  const tryBoth = (command: string, args: readonly string[], environment: Record<string, string>) =>
    Promise.all(['671242', '000000'].map((otp) => run(command, [...args, otp], environment)));

  describe.each(signedExamples)('with $name', ({ command: [program, ...args], skipped }) => {
    if (skipped) {
      it.skip(`verify a number (skipped: ${skipped})`, () => {});
      return;
    }
    let gateway: Awaited<ReturnType<typeof startSignedGateway>>;
    let environment: Record<string, string>;
    let own: RunningSandbox;
    let waiting: Promise<{ readonly result: Run; readonly arrivals: readonly number[] }>;

    beforeAll(async () => {
      own = await startSandbox();
      gateway = await startSignedGateway(own.url);
      environment = { ...awsEnvironment, API_URL: gateway.url, GO111MODULE: 'off' };
      // Starts here, because it takes seconds.
      waiting = runRateLimited();
    });

    afterAll(() => Promise.all([gateway.close(), own.close()]));

    const runRateLimited = async () => {
      const limited = await startSignedGateway(own.url);
      limited.respondNext(createProblem('RateLimited', 3));
      const result = await run(program, [...args, '671242'], { ...environment, API_URL: limited.url });
      await limited.close();
      return { result, arrivals: limited.arrivals };
    };
    const runWith = (...more: string[]) => run(program, [...args, ...more], environment);

    it('verify a number', async () => {
      expect(await runWith('671242')).toEqual({ status: 0, stdout: verifiedText, stderr: '' });
    });

    it('decide by the code', async () => {
      const { status, stdout, stderr } = await runWith('000000');
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^OtpRejected: .+$/m);
    });

    it('give up if the wait is longer than a password lives', async () => {
      gateway.respondNext(createProblem('TooManyAttempts', 600));
      const { status, stderr } = await runWith('671242');
      expect(status).toBe(1);
      expect(stderr).toMatch(/^TooManyAttempts: Try later$/m);
    });

    it('treat AlreadyVerified after an unknown outcome as success', async () => {
      expect(await runWith('671242', '+919765416504', 'remembers')).toEqual({
        status: 0,
        stdout: '+919765416504 is verified.\n',
        stderr: '',
      });
      const calls = own.calls().filter(({ tenant_id }) => tenant_id === 'remembers');
      expect(calls.map(({ outcome }) => outcome)).toEqual(['OutcomeUnknown', 'AlreadyVerified']);
    });

    it('treat AlreadyVerified as a failure otherwise', async () => {
      const { status, stderr } = await runWith('671242', '+919765410409');
      expect(status).toBe(1);
      expect(stderr).toMatch(/^AlreadyVerified: wa phone number already approved$/m);
    });

    it('respect Retry-After', async () => {
      const { result, arrivals } = await waiting;
      expect(result).toEqual({ status: 0, stdout: verifiedText, stderr: '' });
      const [first = 0, second = 0, ...others] = arrivals;
      // Without the header, the examples wait for two seconds.
      expect(second - first).toBeGreaterThanOrEqual(2950);
      expect(others).toEqual([]);
    });

    it('report a response of API Gateway', async () => {
      const forger = { ...environment, AWS_SECRET_ACCESS_KEY: 'another-secret' };
      const { status, stderr } = await run(program, [...args, '671242'], forger);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^(ApiGateway|HTTP 403): Forbidden$/m);
    });
  });

  const noCli = whyNotInstalled('aws', ['--version'], /^aws-cli\/[12]\./);
  (noCli ? it.skip : it)(`verify with the AWS CLI${noCli ? ` (skipped: ${noCli})` : ''}`, async () => {
    const environment = {
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_DEFAULT_REGION: 'ap-south-1',
      AWS_ENDPOINT_URL_LAMBDA: sandbox.url,
    };
    const [right, wrong] = await tryBoth('sh', [join(examples, 'aws-lambda-invoke.sh')], environment);
    expect(right).toMatchObject({ status: 0, stdout: expect.stringContaining('"status":"verified"') });
    expect(wrong).toMatchObject({ status: 1, stdout: expect.stringContaining('"errorType":"OtpRejected"') });
  });

  describe('with a generated client', () => {
    let folder: string;
    let file: string;
    let strictSandbox: RunningSandbox;

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
      const token = createUnsignedToken('tenant', ['acme', 'remembers']);
      const environment = { API_URL: strictSandbox.url, API_TOKEN: token };
      const [right, wrong] = await tryBoth(process.execPath, [file], environment);
      expect(right).toMatchObject({ status: 0, stdout: verifiedText });
      expect(wrong).toMatchObject({ status: 1, stderr: 'OtpRejected: ask for the password again.\n' });

      const lost = await run(process.execPath, [file, '671242', '+919765416504', 'remembers'], environment);
      expect(lost).toMatchObject({ status: 0, stdout: '+919765416504 is verified.\n' });
      const outcomes = strictSandbox.calls().map(({ outcome }) => outcome);
      expect(outcomes.slice(-2)).toEqual(['OutcomeUnknown', 'AlreadyVerified']);
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
      definition = readDefinition(JSON.parse(template));
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
      runStateMachine(definition, { ...sampleRequest, otp }, { 'arn:aws:states:::lambda:invoke': invoke });

    it('verify', async () => {
      expect((await start('671242')).output).toMatchObject({ status: 'verified', id: sampleRequest.id });
      expect((await start('000000')).error).toMatchObject({ name: 'WrongPassword' });
    });
  });
});
