import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import {
  type CodeRequest,
  codeLanguages,
  generateRequestCode,
  passwordPlaceholder,
} from '../../../../../lib/sandbox/console/request-code.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import { run } from '../../../../support/run.ts';

const { otp, ...request } = sampleRequest;
type Language = (typeof codeLanguages)[number]['id'];

const isInstalled = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** How to run the code of a language, and whether that is possible here. */
const runners: Partial<
  Record<Language, { installed: boolean; file: string; command: string[]; wrap?: (code: string) => string }>
> = {
  curl: { installed: isInstalled('curl', '--version'), file: 'request.sh', command: ['sh', 'request.sh'] },
  node: { installed: true, file: 'request.mjs', command: ['node', 'request.mjs'] },
  python: {
    installed: isInstalled('python3', '-c', 'import requests'),
    file: 'request.py',
    command: ['python3', 'request.py'],
  },
  java: {
    installed: isInstalled('java', '--version'),
    file: 'Request.java',
    command: ['java', 'Request.java'],
    wrap: (code) => {
      const [imports, statements] = code.split('\n\n', 2);
      return `${imports}\nclass Request { public static void main(String[] args) throws Exception {\n${statements}\n} }`;
    },
  },
  kotlin: {
    installed: isInstalled('kotlinc', '-version'),
    file: 'request.kts',
    command: ['kotlinc', '-script', 'request.kts'],
    wrap: (code) => `${code}\nmain()`,
  },
  go: { installed: isInstalled('go', 'version'), file: 'request.go', command: ['go', 'run', 'request.go'] },
  php: { installed: isInstalled('php', '--version'), file: 'request.php', command: ['php', 'request.php'] },
  aws: {
    installed: isInstalled('aws', '--version'),
    file: 'request.sh', // /dev/stdout cannot be opened if it is a socket, as in a child process of Node.
    command: ['sh', '-c', 'sh request.sh | cat'],
  },
};

describe('generateRequestCode', () => {
  let sandbox: RunningSandbox;
  let folder: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), 'request-code-'));
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  const generate = (differing: Partial<CodeRequest> = {}) =>
    generateRequestCode({ ...request, ...differing }, { origin: sandbox.url, region: 'ap-south-1' });

  const runCode = async (language: Language, differing: Partial<CodeRequest> = {}): Promise<string> => {
    const runner = runners[language];
    if (!runner) throw new Error(`There is no runner for ${language}.`);
    const code = (await generate(differing))[language].replaceAll(passwordPlaceholder, otp);
    await writeFile(join(folder, runner.file), runner.wrap?.(code) ?? code);
    const [command = '', ...args] = runner.command;
    const { stdout } = await run(command, args, {}, folder);
    return stdout;
  };

  for (const [language, { installed }] of Object.entries(runners)) {
    const title = installed ? 'generates %s that verifies a number' : 'generates %s (skipped: not installed)';
    (installed ? it : it.skip).each([language as Language])(title, async (id) => {
      expect(await runCode(id)).toMatch(/status["']?: ?["']verified/);
    });
  }

  it.each([`1'2`, '1"2', '$(touch injected)', '`id`', '1\\', '1\n2'])(
    'has no code for the value %j',
    async (id) => {
      const post = (body: object) =>
        fetch(`${sandbox.url}/console/code`, { method: 'POST', body: JSON.stringify(body) });
      expect((await post(request)).status).toBe(200);
      const response = await post({ ...request, id });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ message: expect.stringContaining('letters, digits') });
    },
  );

  it('generates every language that the console shows, and the token if callers need one', async () => {
    const code = await generateRequestCode(request, {
      origin: 'http://127.0.0.1:3000',
      region: 'ap-south-1',
      token: 'fake.token.value',
    });
    expect(Object.keys(code).sort()).toEqual(codeLanguages.map(({ id }) => id).sort());
    for (const { id, channel } of codeLanguages) {
      expect([id, code[id].includes('Bearer fake.token.value')]).toEqual([id, channel === 'http']);
    }
  });

  it('does not throw the body of a failure away in C#', async () => {
    expect((await generate()).csharp).not.toContain('EnsureSuccessStatusCode');
    expect((await generate()).csharp).toContain('ReadAsStringAsync');
  });

  it('generates a Step Functions task that retries what is without risk, and takes the password from the input', async () => {
    const task = JSON.parse((await generate()).asl);
    expect(task.Parameters.Payload).toEqual({ ...request, 'otp.$': '$.otp' });
    expect(task.Retry[0].ErrorEquals).toContain('RateLimited');
    expect(task.Retry[0].ErrorEquals).not.toContain('OutcomeUnknown');
    expect(task.Retry[0].ErrorEquals).not.toContain('TooManyAttempts');
  });
});
