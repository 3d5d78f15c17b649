import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  type Fault,
  type SecretsManager,
  startSecretsManager,
} from '../../../lib/sandbox/secrets-manager/server.ts';
import { acme, apiKey, operatorEnvironment, readSecret } from '../../support/tenant-tool.ts';

// Starts npm and Node.
jest.setTimeout(180_000);

const root = join(import.meta.dirname, '../../..');
const program = [process.execPath, join(root, 'bin/tenant.ts')];
const underNpm = ['npm', '--prefix', root, 'run', 'tenant', '--'];
const put = ['put', 'acme', '--sid', acme.sid];

let secretsManager: SecretsManager;
let fault: Fault | undefined;
let folder: string;
beforeEach(async () => {
  fault = undefined;
  secretsManager = await startSecretsManager({ fault: () => fault });
  folder = mkdtempSync(join(tmpdir(), 'tenant-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await secretsManager.close();
});

const start = ([command = '', ...args]: readonly string[], port = secretsManager.port) =>
  spawn(command, args, { env: operatorEnvironment(`http://127.0.0.1:${port}`) });

const run = async (command: readonly string[], stdin = '', port?: number) => {
  const child = start(command, port);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  child.stdin.end(stdin);
  const [status] = await once(child, 'close');
  expect(printed).not.toContain(apiKey);
  return { status, printed };
};

/** Writes a file for `import`. Its last tenant is named `last`. */
const writeFile = (count: number): string => {
  const file = join(folder, 'tenants.csv');
  const lines = Array.from(
    { length: count },
    (_, n) => `${n < count - 1 ? `t${n}` : 'last'},FAKESID,${apiKey}\n`,
  );
  writeFileSync(file, `tenant_id,sid,apiKey\n${lines.join('')}`, { mode: 0o600 });
  return file;
};

const notDone = /^Not done in ap-south-1: .*last\r?$/m;

describe('npm run tenant', () => {
  it('writes a secret with the key that is piped in', async () => {
    const { status, printed } = await run([...program, ...put], `${apiKey}\n`);
    expect([status, printed]).toEqual([0, expect.stringContaining('Created kaleyra/acme')]);
    expect(await readSecret(secretsManager.port, 'kaleyra/acme')).toEqual(acme);
  });

  it('exits with status 1 after one line about an error', async () => {
    expect(await run([...program, ...put, '--api-key', apiKey])).toEqual({
      status: 1,
      printed: expect.stringMatching(/^.+\n$/),
    });
  });

  it('reports that nothing listens at the endpoint', async () => {
    const { status, printed } = await run([...program, 'list'], '', 1);
    expect([status, printed]).toEqual([1, expect.stringContaining('(connect ECONNREFUSED 127.0.0.1:1)')]);
  });

  it('stops an import when the connection is lost, and names what is not done', async () => {
    fault = 'reset';
    const { status, printed } = await run([...program, 'import', writeFile(40)]);
    expect([status, printed]).toEqual([1, expect.stringContaining(' 4 failed, 36 not done')]);
    expect(printed).toContain('ECONNRESET');
    expect(printed).toMatch(notDone);
  });

  it('waits for requests after one signal that comes twice, and ends after a later one', async () => {
    fault = 'hang';
    const child = start([...program, 'import', writeFile(1)]);
    await once(child.stderr, 'data');
    while (secretsManager.callCount('GetSecretValue') === 0) await setTimeout(20);
    const stopping = once(child.stderr, 'data');
    for (const _ of ['terminal', 'npm']) child.kill('SIGINT');
    expect(String(await stopping)).toContain('Stopping.');
    expect(child.exitCode).toBeNull();
    const ended = once(child, 'exit');
    while (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT');
      await setTimeout(100);
    }
    expect(await ended).toEqual([null, 'SIGINT']);
  });
});

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
if (!hasPython) console.warn('Skipped: the tests of the tenant tool at a terminal need python3.');

(hasPython ? describe : describe.skip)('npm run tenant at a terminal', () => {
  type Step = { wait_for: string } | { wait_for_silence: 1 } | { type: string } | { restart: 1 };

  /** Runs a program and types at it, see the Python script. */
  const type = async (command: readonly string[], steps: readonly Step[]) => {
    const plan = JSON.stringify({ command, steps, seconds: 150 });
    const { printed } = await run(['python3', join(root, 'test/support/type-at-terminal.py'), plan]);
    return JSON.parse(printed) as { status: number | null; output: string };
  };
  const question: Step = { wait_for: 'API key of acme (not shown): ' };
  const silence: Step = { wait_for_silence: 1 };
  const enterKey: Step = { type: `${apiKey}\r` };

  it.each([
    ['typed at the question', program, [question]],
    ['also typed ahead under npm, after Ctrl-Z', underNpm, [silence, { type: '\u001a' }, enterKey, question]],
    ['typed after Ctrl-Z under npm', underNpm, [question, { type: '\u001a' }]],
    ['typed after the program was stopped', program, [question, { restart: 1 }, silence]],
  ] as const)('never shows a key that is %s', async (_name, command, steps) => {
    const { status, output } = await type([...command, ...put], [...steps, enterKey]);
    expect([status, output]).toEqual([0, expect.stringContaining('Created kaleyra/acme in ap-south-1.')]);
    expect(await readSecret(secretsManager.port, 'kaleyra/acme')).toEqual(acme);
  });

  it('finishes an import in an orderly way after Ctrl-C under npm', async () => {
    const steps = [{ wait_for: 'Importing 1' }, { type: '\u0003' }];
    const { status, output } = await type([...underNpm, 'import', writeFile(5000)], steps);
    expect(status).not.toBe(0);
    expect(output).toMatch(/ap-south-1: [1-9]\d* created, .* [1-9]\d* not done/);
    expect(output).toMatch(notDone);
  });

  it('stops after Ctrl-C, at the question and before it', async () => {
    const ctrlC: Step = { type: '\u0003' };
    expect((await type([...program, ...put], [question, ctrlC])).status).toBe(1);
    fault = 'hang';
    const before = await type([...program, ...put], [silence, { wait_for: 'AWS region' }, ctrlC]);
    expect(before.status).toBe(-2);
    expect(secretsManager.callCount('CreateSecret')).toBe(0);
  });
});
