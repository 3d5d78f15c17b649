import { exec } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { whyNotInstalled } from '../support/installed-program.ts';
import { run } from '../support/run.ts';

// Starting programs takes long on a busy machine.
jest.setTimeout(60_000);

const root = join(import.meta.dirname, '../..');
const readPage = (name: string): Promise<string> => readFile(join(root, 'docs', name), 'utf8');

/** The code blocks of a page in a language. */
const readBlocks = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  );

describe('docs/sandbox.md', () => {
  it('has a test that works in node:test', async () => {
    const [code = ''] = readBlocks(await readPage('sandbox.md'), 'ts');
    const folder = await mkdtemp(join(tmpdir(), 'suite-'));
    const file = join(folder, 'suite.test.ts');
    const source = `${code.replace('kaleyra-number-verification/sandbox', join(root, 'lib/sandbox/start-sandbox.ts'))}
      import { after as afterAll, before as beforeAll, test } from 'node:test';
      import { expect } from '${join(root, 'node_modules/expect/build/index.js')}';
      const headers = { 'content-type': 'application/json' };
      const onboard = async ({ apiUrl, otp }: { apiUrl: string | undefined; otp: string }) => {
        const body = JSON.stringify({ id: '1', phone_number: '+919765412345', otp });
        const url = apiUrl + '/tenants/acme/whatsapp/1/number/verify';
        return (await fetch(url, { method: 'POST', headers, body })).ok ? 'verified' : 'ask again';
      };`;
    await writeFile(file, source);
    const passing = await run(process.execPath, ['--test', file]);
    await writeFile(file, source.replace("otp: '000000'", "otp: '123456'"));
    const failing = await run(process.execPath, ['--test', file]);
    await rm(folder, { recursive: true });

    expect(passing).toMatchObject({ status: 0, stdout: expect.stringMatching(/^# pass 1$|^ℹ pass 1$/m) });
    expect(failing).toMatchObject({ status: 1 });
  });

  it('has commands that control a running sandbox', async () => {
    const sandbox = await startSandbox();
    const env = { PATH: process.env['PATH'], PORT: String(sandbox.ports.http) };
    const active: [string, number][] = [];
    for (const command of readBlocks(await readPage('sandbox.md'), 'sh')
      .join('')
      .trim()
      .split('\n')) {
      const line = command
        .replace('npm start --', `${process.execPath} ${join(root, 'bin/sandbox.ts')}`)
        .replace('http://127.0.0.1:3000', sandbox.url);
      await promisify(exec)(line, { env });
      active.push([command.replace(/ +#.*/, ''), sandbox.controls.state().active]);
    }
    await sandbox.close();

    expect(active).toEqual([
      ['npm start -- control', 0],
      ['npm start -- control rotate acme new-key', 1],
      ['npm start -- control rotate acme revoke-old', 1],
      ['npm start -- control secrets-manager throttling', 2],
      ['npm start -- control kaleyra dropping', 3],
      ['npm start -- control freeze 60', 4],
      ['npm start -- control use-up acme 678997654123456 +919765412345', 5],
      ['npm start -- control reset', 0],
      [expect.stringMatching(/^curl .+controls$/), 0],
      [expect.stringContaining('-X PATCH'), 2],
      [expect.stringContaining('/rotate'), 3],
      [expect.stringContaining('/freeze'), 4],
      [expect.stringContaining('/use-up'), 5],
      [expect.stringContaining('-X DELETE'), 0],
    ]);
  });
});

const skipped =
  whyNotInstalled('aws', ['--version'], /^aws-cli\/[12]\./) ??
  whyNotInstalled('curl', ['--version'], /^curl /);

(skipped ? it.skip : it)(
  `docs/tutorial.md has commands that work with the sandbox${skipped ? ` (skipped: ${skipped})` : ''}`,
  async () => {
    const [withSandbox = ''] = (await readPage('tutorial.md')).split('## 6. In your own account');
    const [start, ...blocks] = readBlocks(withSandbox, 'sh');
    const sandbox = await startSandbox();
    const folder = await mkdtemp(join(tmpdir(), 'tutorial-'));
    const script = blocks
      .join('\n')
      .replaceAll('http://127.0.0.1:3000', sandbox.url)
      .replaceAll('http://127.0.0.1:3002', sandbox.urls.secretsManager)
      .replaceAll('/tmp/', `${folder}/`)
      .replaceAll('npx node examples/', `${process.execPath} ${root}/examples/`)
      .replaceAll('npm start --', `${process.execPath} ${root}/bin/sandbox.ts`)
      .replaceAll('npm run tenant -- put', `echo fake-api-key-of-acme | npm run tenant -- put`)
      .replaceAll('npm run tenant --', `${process.execPath} ${root}/bin/tenant.ts`);
    const { status, stdout } = await run('bash', ['-euc', script], {
      PORT: String(sandbox.ports.http),
      API_URL: sandbox.url,
    });
    const outcomes = sandbox.calls().map(({ tenant_id, outcome }) => `${tenant_id}: ${outcome}`);
    await sandbox.close();
    await rm(folder, { recursive: true });

    expect(start).toMatch(/^npm ci && npm start/);
    expect(status).toBe(0);
    expect(stdout).toContain('+919765416504 is verified.');
    expect(stdout).toMatch(/^initech\b/m);
    const [lost, found] = ['remembers: OutcomeUnknown', 'remembers: AlreadyVerified'];
    expect(outcomes).toEqual([
      lost,
      found,
      lost,
      found,
      'initech: Verified',
      ...Array(3).fill('acme: Verified'),
    ]);
  },
);
