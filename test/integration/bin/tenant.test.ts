import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Fault,
  type SecretsManager,
  startSecretsManager,
} from '../../../lib/sandbox/secrets-manager/server.ts';
import { operatorEnvironment } from '../../support/tenant-tool.ts';

const apiKey = 'fake-api-key-of-acme';
const root = join(import.meta.dirname, '../../..');
const program = join(root, 'bin/tenant.ts');

let secretsManager: SecretsManager;
let fault: Fault | undefined;
beforeEach(async () => {
  fault = undefined;
  secretsManager = await startSecretsManager({ fault: () => fault });
});
afterEach(() => secretsManager.close());

const environment = (port = secretsManager.port) => operatorEnvironment(`http://127.0.0.1:${port}`);

/** Runs a program with piped input. */
const runPiped = async (command: string, args: readonly string[], stdin = '', port = secretsManager.port) => {
  const child = spawn(command, args, { env: environment(port) });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  child.stdin.end(stdin);
  const [status] = await once(child, 'close');
  return { status, printed };
};

const run = async (args: readonly string[], stdin?: string, port?: number) => {
  const result = await runPiped(process.execPath, [program, ...args], stdin, port);
  expect(result.printed).not.toContain(apiKey);
  return result;
};

describe('npm run tenant', () => {
  it('writes a secret with the key that is piped in, and reads it back', async () => {
    const put = await run(['put', 'acme', '--sid', 'FAKESIDACME'], `${apiKey}\n`);
    expect([put.status, put.printed]).toEqual([0, expect.stringContaining('Created kaleyra/acme')]);
    const check = await run(['check', 'acme']);
    expect([check.status, check.printed]).toEqual([0, expect.stringContaining('has the documented format')]);
  });

  it('exits with status 1 after one line about an error', async () => {
    const { status, printed } = await run(['put', 'acme', '--sid', 'FAKESIDACME', '--api-key', apiKey]);
    expect([status, printed]).toEqual([1, expect.stringMatching(/^The tool never takes an API key .*\n$/)]);
  });

  it('reports that nothing listens at the endpoint', async () => {
    const { status, printed } = await run(['list'], '', 1);
    const message = 'Secrets Manager cannot be reached (connect ECONNREFUSED 127.0.0.1:1).\n';
    expect([status, printed]).toEqual([1, expect.stringContaining(message)]);
  });

  it('prints its help', async () => {
    const { status, printed } = await run(['--help']);
    expect([status, printed]).toEqual([0, expect.stringMatching(/^Usage: npm run tenant -- /)]);
  });

  it('waits for requests after one signal that comes twice, and ends after a later one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenant-'));
    const file = join(folder, 'tenants.jsonl');
    writeFileSync(file, JSON.stringify({ tenant_id: 'acme', sid: 'FAKESID', apiKey }), { mode: 0o600 });
    fault = 'hang';
    const child = spawn(process.execPath, [program, 'import', file], { env: environment() });
    await once(child.stderr, 'data');
    while (secretsManager.callCount('GetSecretValue') === 0) await setTimeout(20);
    const stopping = once(child.stderr, 'data');
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(String(await stopping)).toContain('Stopping.');
    expect(child.exitCode).toBeNull();
    const ended = once(child, 'exit');
    while (child.exitCode === null && child.signalCode === null) {
      await setTimeout(100);
      child.kill('SIGINT');
    }
    expect(await ended).toEqual([null, 'SIGINT']);
    rmSync(folder, { recursive: true });
  });

  it('stops an import when the connection is lost, and names what is not done', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenant-'));
    const file = join(folder, 'tenants.jsonl');
    const lines = Array.from({ length: 40 }, (_, n) =>
      JSON.stringify({ tenant_id: `t${n}`, sid: 'FAKESID', apiKey }),
    );
    writeFileSync(file, lines.join('\n'), { mode: 0o600 });
    fault = 'reset';
    const { status, printed } = await run(['import', file]);
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(printed).toContain('4 failed, 36 not done');
    expect(printed).toContain('Secrets Manager cannot be reached');
    expect(printed).toMatch(/^Not done in ap-south-1: .*t39$/m);
  });
});

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
if (!hasPython) console.warn('Skipped: the tests of the tenant tool at a terminal need python3.');

(hasPython ? describe : describe.skip)('npm run tenant at a terminal', () => {
  type Step = { wait_for: string } | { wait_for_silence: 1 } | { type: string } | { restart: 1 };

  const type = async (command: readonly string[], steps: readonly Step[]) => {
    const plan = JSON.stringify({ command, steps, seconds: 25 });
    const { printed } = await runPiped('python3', [join(root, 'test/support/type-at-terminal.py'), plan]);
    return JSON.parse(printed) as { status: number | null; output: string };
  };
  const put = ['put', 'acme', '--sid', 'FAKESIDACME'];
  const underNpm = ['npm', '--prefix', root, 'run', 'tenant', '--', ...put];
  const direct = [process.execPath, program, ...put];
  const question: Step = { wait_for: 'API key of acme (not shown): ' };
  const storedSecret = async () => {
    const response = await fetch(`http://127.0.0.1:${secretsManager.port}`, {
      method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: '{"SecretId":"kaleyra/acme"}',
    });
    return ((await response.json()) as { SecretString?: string }).SecretString;
  };
  const secret = JSON.stringify({ sid: 'FAKESIDACME', apiKey });

  it.each([
    ['typed at the question', direct, [question]],
    ['typed ahead under npm', underNpm, [{ wait_for_silence: 1 }, { type: `${apiKey}\r` }, question]],
    ['typed after Ctrl-Z under npm', underNpm, [question, { type: '\u001a' }]],
    [
      'typed after Ctrl-Z before the question',
      underNpm,
      [{ wait_for_silence: 1 }, { type: '\u001a' }, question],
    ],
    ['typed after the program was stopped', direct, [question, { restart: 1 }, { wait_for_silence: 1 }]],
  ] as const)('never shows a key that is %s', async (_name, command, steps) => {
    const { status, output } = await type(command, [...steps, { type: `${apiKey}\r` }]);
    expect(output).not.toContain(apiKey);
    expect([status, output]).toEqual([0, expect.stringContaining('Created kaleyra/acme in ap-south-1.')]);
    expect(await storedSecret()).toBe(secret);
  });

  it('finishes an import in an orderly way after Ctrl-C under npm', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenant-'));
    const file = join(folder, 'tenants.csv');
    const lines = Array.from({ length: 2000 }, (_, n) => `t${n},FAKESID,${apiKey}\n`);
    writeFileSync(file, `tenant_id,sid,apiKey\n${lines.join('')}`, { mode: 0o600 });
    const command = ['npm', '--prefix', root, 'run', 'tenant', '--', 'import', file];
    const { status, output } = await type(command, [{ wait_for: '[#' }, { type: '\u0003' }]);
    rmSync(folder, { recursive: true });
    expect(output).toMatch(
      /ap-south-1: [1-9]\d* created, 0 replaced, 0 unchanged, 0 failed, [1-9]\d* not done/,
    );
    expect(output).toMatch(/Not done in ap-south-1: .*t1999/);
    expect(status).not.toBe(0);
  });

  it('stops after Ctrl-C, at the question and before it', async () => {
    const atQuestion = await type(direct, [question, { type: '\u0003' }]);
    expect(atQuestion).toEqual({
      status: 1,
      output: expect.stringContaining('Cancelled. Nothing was changed.'),
    });
    fault = 'hang';
    const before = await type(direct, [
      { wait_for_silence: 1 },
      { wait_for: 'AWS account' },
      { type: '\u0003' },
    ]);
    expect(before.status).toBe(-2);
  });
});
