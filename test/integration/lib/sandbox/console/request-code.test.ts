import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import {
  codeLanguages,
  generateRequestCode,
  passwordPlaceholder,
} from '../../../../../lib/sandbox/console/request-code.ts';
import { functionArn } from '../../../../../lib/sandbox/gateway/lambda-context.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import { run } from '../../../../support/run.ts';
import { validateDefinition } from '../../../../support/validate-definition.ts';

const { otp, ...request } = sampleRequest;
type Language = (typeof codeLanguages)[number]['id'];

const wrapJava = (code: string): string => {
  const [imports, statements] = code.split('\n\n', 2);
  return `${imports}\nclass Request { public static void main(String[] args) throws Exception {\n${statements}\n} }`;
};

/** How to find out whether a language is installed, the file with the code, and the command that runs it. */
const runners: readonly (readonly [Language, string, string, string])[] = [
  ['curl', 'curl --version', 'request.sh', 'sh request.sh'],
  ['node', 'node --version', 'request.mjs', 'node request.mjs'],
  ['python', 'python3 -c "import requests"', 'request.py', 'python3 request.py'],
  ['java', 'java --version', 'Request.java', 'java Request.java'],
  [
    'kotlin',
    'kotlinc -version',
    'request.kts',
    '{ cat request.kts; echo "main()"; } > r.kts; kotlinc -script r.kts',
  ],
  ['go', 'go version', 'request.go', 'go run request.go'],
  ['php', 'php --version', 'request.php', 'php request.php'],
  // /dev/stdout cannot be opened if it is a socket, as in a child process of Node.
  ['aws', 'aws --version', 'request.sh', 'sh request.sh | cat'],
];

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

  const generate = () => generateRequestCode(request, { origin: sandbox.url, region: 'ap-south-1' });

  for (const [language, probe, file, command] of runners) {
    const isInstalled = spawnSync('sh', ['-c', probe]).status === 0;
    const title = `generates ${language} that verifies a number`;
    (isInstalled ? it : it.skip)(isInstalled ? title : `${title} (skipped: not installed)`, async () => {
      const code = (await generate())[language].replaceAll(passwordPlaceholder, otp);
      await writeFile(join(folder, file), language === 'java' ? wrapJava(code) : code);
      const { stdout } = await run('sh', ['-c', command], {}, folder);
      expect(stdout).toMatch(/status["']?: ?["']verified/);
    });
  }

  it('generates every language that the console shows, and the token if callers need one', async () => {
    const target = { origin: 'http://127.0.0.1:3000', region: 'ap-south-1', token: 'fake.token.value' };
    const code = await generateRequestCode(request, target);
    expect(Object.keys(code).sort()).toEqual(codeLanguages.map(({ id }) => id).sort());
    for (const { id, channel } of codeLanguages) {
      expect([id, code[id].includes('Bearer fake.token.value')]).toEqual([id, channel === 'http']);
    }
  });

  it('reads the body of a failure in C#', async () => {
    const { csharp } = await generate();
    expect(csharp).not.toContain('EnsureSuccessStatusCode');
    expect(csharp).toContain('ReadAsStringAsync');
  });

  it('generates the two phases of VerifyNumberTask, with the password from the input', async () => {
    const { asl } = await generate();
    const definition = JSON.parse(asl);
    const { Parameters, Branches } = definition.States[definition.StartAt];
    const states: { Type: string; Parameters: object }[] = Object.values(Branches[0].States);
    const FunctionName = `${functionArn('ap-south-1')}:live`;
    expect(validateDefinition(definition)).toBe('');
    expect(Parameters.request).toEqual({ ...request, 'otp.$': '$.otp' });
    expect(states.flatMap((state) => (state.Type === 'Task' ? [state.Parameters] : []))).toEqual(
      Array(2).fill({ FunctionName, 'Payload.$': '$.request' }),
    );
  });
});
