import { type ChildProcess, exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

// A process takes its time on a busy machine.
jest.setTimeout(30_000);

interface Run {
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  readonly output: () => string;
  readonly errors: () => string;
  /** Resolves once it has printed this, with the match. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves once it has ended, with its status. */
  readonly ended: Promise<number | null>;
}

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'bin/sandbox.ts');
const freePorts = { PORT: '0', KALEYRA_SIMULATOR_PORT: '0', SECRETS_MANAGER_PORT: '0' };
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

const start = (args: readonly string[] = [], environment: Record<string, string> = {}, which = script): Run =>
  run(process.execPath, [which, ...args], environment);

const run = (command: string, args: readonly string[], environment: Record<string, string>): Run => {
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...freePorts, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = once(child, 'close').then(([status]) => status as number | null);
  const printed: Run['printed'] = async (pattern) => {
    for (;;) {
      const match = pattern.exec(output);
      if (match) return match;
      await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error(errors)))]);
    }
  };
  return { child, output: () => output, errors: () => errors, printed, ended };
};

const runCurl = (line: string) => promisify(exec)(line);

describe('npm start', () => {
  it('prints a curl line that works as pasted, a line for the call, and ends at once on SIGTERM', async () => {
    // By npm, which hands a signal on to a shell and no further.
    const { child, output, printed, ended } = run('npm', ['start'], {});
    const [, curl = ''] = await printed(/^ {2}(curl .+)$/m);
    const { stdout } = await runCurl(curl);

    expect(output()).toMatch(/^Sandbox ready$/m);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'verified', tenant_id: 'acme' });
    await printed(/^\d\d:\d\d:\d\d {2}http {4}acme {10}Verified +\d+ ms {2}IN {2}WA200 {4}\+\*{8}2345$/m);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('puts a token into the curl line where one is needed', async () => {
    const { printed } = start([], { TENANT_CLAIM: 'tenants' });
    const [, curl = ''] = await printed(/^ {2}(curl .+)$/m);
    const { stdout } = await runCurl(curl);

    expect(JSON.parse(stdout)).toMatchObject({ status: 'verified' });
  });

  it('ends at once on SIGINT even where a call hangs', async () => {
    const { child, printed, ended } = start();
    const [, url = ''] = await printed(/HTTP API +(\S+)/);
    const body = JSON.stringify({ id: '1', phone_number: '+919765410504', otp: '123456' });
    const headers = { 'content-type': 'application/json' };
    const [, kaleyra = ''] = await printed(/Kaleyra +(http\S+),/);
    const answer = fetch(`${url}/tenants/acme/whatsapp/1/number/verify`, { method: 'POST', headers, body });
    // Until Kaleyra has been asked once more, by somebody else, the first call may not have arrived there.
    await fetch(kaleyra);
    child.kill('SIGINT');

    await expect(answer).rejects.toThrow();
    expect(await ended).toBe(0);
  });

  it('names a port that is taken, in one line, and ends with status 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const names = ['PORT', 'KALEYRA_SIMULATOR_PORT', 'SECRETS_MANAGER_PORT'];
    const runs = names.map((name) => start([], { [name]: String(port) }));
    const statuses = await Promise.all(runs.map(({ ended }) => ended));
    other.close();

    expect(statuses).toEqual([1, 1, 1]);
    expect(runs.map(({ output }) => output())).toEqual(['', '', '']);
    expect(runs.map(({ errors }) => errors())).toEqual(
      names.map((name) => `Port ${port} is in use. Set ${name} to another port, or to 0 for any free one.\n`),
    );
  });

  it('refuses what it cannot start with in one line, with status 1', async () => {
    const { ended, errors } = start([], { AWS_REGION: 'sa-east-1' });

    expect(await ended).toBe(1);
    expect(errors()).toBe(
      'AWS_REGION names no region with a Kaleyra pod: set KALEYRA_POD to one of IN, SG, EU, NA\n',
    );
  });
});

it('explains itself with --help', async () => {
  const { ended, output } = start(['--help']);

  expect(await ended).toBe(0);
  expect(output()).toMatch(/^ {2}AlreadyVerified +409 +0409 /m);
});

it('prints every line as JSON with --json, and takes tenants of one’s own with --seed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seed-'));
  const seed = join(folder, 'tenants.json');
  writeFileSync(
    seed,
    JSON.stringify({ initech: { sid: 'FAKESIDINITECH', apiKey: 'fake-api-key-of-initech' } }),
  );
  const { child, output, printed, ended } = start(['--json', '--seed', seed]);
  const [ready] = await printed(/^.+$/m);
  const { curl } = JSON.parse(ready);
  await runCurl(curl.replace('/acme/', '/initech/'));
  await printed(/^.*Verified.*$/m);
  await runCurl(curl.replace('/number/verify', '/number'));
  await printed(/^.*Not Found.*$/m);
  child.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });

  const lines = output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { message: 'Sandbox ready', tenants: ['acme', 'globex', 'initech'] },
    { channel: 'http', code: 'Verified', tenant_id: 'initech', pod: 'IN', total_ms: expect.any(Number) },
    { method: 'POST', status: 404, message: 'Not Found' },
  ]);
});

it('reloads the function with --watch as its source changes, and keeps the old one where it cannot', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'watched-'));
  for (const part of ['bin/sandbox.ts', 'functions', 'lib/sandbox', 'openapi.json', 'package.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const source = join(copy, 'functions/verify-number/core/failures.ts');
  const before = readFileSync(source, 'utf8');
  const { child, printed, output, ended } = start(['--watch'], {}, join(copy, 'bin/sandbox.ts'));
  const [, url = ''] = await printed(/HTTP API +(\S+)/);
  const titleOfRejection = async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ id: '1', phone_number: '+919765412345', otp: '000000' });
    const answer = await fetch(`${url}/tenants/acme/whatsapp/1/number/verify`, {
      method: 'POST',
      headers,
      body,
    });
    return JSON.parse(await answer.text()).title;
  };
  expect(await titleOfRejection()).toBe('One-time password rejected');

  writeFileSync(source, before.replace('One-time password rejected', 'Changed meanwhile'));
  await printed(/^Function reloaded$/m);
  expect(await titleOfRejection()).toBe('Changed meanwhile');

  writeFileSync(source, 'this is no TypeScript');
  await printed(/^Not reloaded: .+$/m);
  expect(await titleOfRejection()).toBe('Changed meanwhile');

  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  rmSync(copy, { recursive: true });
  expect(output()).not.toContain('Warning');
});
