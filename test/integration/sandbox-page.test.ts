import { exec } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { run } from '../support/run.ts';

// Starting programs takes long on a busy machine.
jest.setTimeout(60_000);

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/sandbox.md'), 'utf8');

/** The code blocks of the page in a language. */
const readBlocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  );

describe('docs/sandbox.md', () => {
  it('has a test that works in node:test', async () => {
    const [code = ''] = readBlocks('ts');
    const folder = await mkdtemp(join(tmpdir(), 'suite-'));
    const file = join(folder, 'suite.test.ts');
    const onboard = `
      const onboard = async ({ apiUrl, otp }: { apiUrl: string; otp: string }) => {
        const response = await fetch(apiUrl + '/tenants/acme/whatsapp/1/number/verify', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id: '1', phone_number: '+919765412345', otp }),
        });
        const { code } = await response.json();
        return code === 'OtpRejected' ? 'ask again' : 'verified';
      };`;
    await writeFile(
      file,
      code.replace('kaleyra-number-verification/sandbox', join(root, 'lib/sandbox/start-sandbox.ts')) +
        onboard,
    );
    const passing = await run(process.execPath, ['--test', file]);
    await writeFile(file, (await readFile(file, 'utf8')).replace("otp: '000000'", "otp: '123456'"));
    const failing = await run(process.execPath, ['--test', file]);
    await rm(folder, { recursive: true });

    expect(passing).toMatchObject({ status: 0, stdout: expect.stringMatching(/^# pass 1$|^ℹ pass 1$/m) });
    expect(failing).toMatchObject({ status: 1 });
  });

  it('has commands that control a running sandbox', async () => {
    const sandbox = await startSandbox();
    const commands = readBlocks('sh').flatMap((block) => block.trim().split('\n'));
    const actives: number[] = [];
    for (const command of commands) {
      const line = command
        .replace('npm start --', `${process.execPath} ${join(root, 'bin/sandbox.ts')}`)
        .replace('http://127.0.0.1:3000', sandbox.url);
      await promisify(exec)(line, { env: { PATH: process.env['PATH'], PORT: String(sandbox.ports.http) } });
      actives.push(sandbox.controls.state().active);
    }
    await sandbox.close();

    expect(commands.map((command, index) => [command.replace(/ +#.*/, ''), actives[index]])).toEqual([
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
