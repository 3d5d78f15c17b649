import { type ChildProcess, exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';

// Processes take long to start on a busy machine.
jest.setTimeout(600_000);

interface Run {
  readonly child: ChildProcess;
  /** Everything that it has printed so far. */
  readonly output: () => string;
  readonly errors: () => string;
  /** Resolves to the match when it has printed this. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves to its status when it has ended. */
  readonly ended: Promise<number | null>;
}

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'bin/sandbox.ts');
const freePorts = { PORT: '0', KALEYRA_SIMULATOR_PORT: '0', SECRETS_MANAGER_PORT: '0' };
const running: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));

afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});
afterAll(() => rmSync(folder, { recursive: true }));

const start = (args: readonly string[] = [], environment: Record<string, string> = {}, which = script): Run =>
  run(process.execPath, [which, ...args], environment);

const run = (command: string, args: readonly string[], environment: Record<string, string> = {}): Run => {
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...freePorts, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      texts[name] += chunk;
    });
  }
  const ended = once(child, 'close').then(([status]) => status as number | null);
  const failed = ended.then(() => Promise.reject(new Error(`It has ended. ${texts.stderr}`)));
  failed.catch(() => {});
  const printed: Run['printed'] = async (pattern) => {
    for (;;) {
      const match = pattern.exec(texts.stdout);
      if (match) return match;
      await Promise.race([once(child.stdout, 'data'), failed]);
    }
  };
  return { child, output: () => texts.stdout, errors: () => texts.stderr, printed, ended };
};

const runCurl = async (line: string) => JSON.parse((await promisify(exec)(line)).stdout);

describe('npm start', () => {
  it('prints a curl command that works as pasted, prints a line for the call, and stops on SIGTERM', async () => {
    // Through npm, which passes a signal on to the shell only.
    const { child, printed, ended } = run('npm', ['start']);
    const [, curl = ''] = await printed(/^Sandbox ready$[\s\S]+^ {2}(curl .+)$/m);

    expect(await runCurl(curl)).toMatchObject({ status: 'verified', tenant_id: 'acme' });
    await printed(/^\d\d:\d\d:\d\d {2}http {4}acme {10}Verified +\d+ ms {2}IN {2}WA200 {4}\+\*{8}2345$/m);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('prints the function’s log lines with --json, adds tenants with --seed, and a token to the command', async () => {
    const seed = join(folder, 'tenants.json');
    writeFileSync(seed, '{"initech":{"sid":"FAKESIDINITECH","apiKey":"fake-api-key-of-initech"}}');
    const { output, printed } = start(['--json', '--seed', seed], { TENANT_CLAIM: 'tenants' });
    const { curl } = JSON.parse((await printed(/^.+$/m))[0]);
    await runCurl(curl.replace('/acme/', '/initech/'));
    await printed(/^.*Verified.*$/m);
    await runCurl(curl.replace('/number/verify', '/number'));
    await printed(/^.*Not Found.*\n/m);

    const lines = output().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { message: 'Sandbox ready', tenants: ['acme', 'globex', 'remembers', 'initech'] },
      {
        message: 'request',
        channel: 'http',
        outcome: 'Verified',
        tenant_id: 'initech',
        _aws: { CloudWatchMetrics: [expect.any(Object)] },
      },
      { method: 'POST', status: 404, message: 'Not Found' },
    ]);
  });

  it('ends with status 1 and one line if it cannot start', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const runs = [
      start([], { PORT: port }),
      start([], { AWS_REGION: 'sa-east-1' }),
      start(['--seed', '/dev/stdin']),
      start(['control', 'reset'], { PORT: '1' }),
    ];
    const statuses = await Promise.all(runs.map(({ ended }) => ended));
    other.close();

    expect(statuses).toEqual([1, 1, 1, 1]);
    expect(runs.map(({ output }) => output())).toEqual(['', '', '', '']);
    expect(runs.map(({ errors }) => errors())).toEqual([
      `Port ${port} is in use. Set PORT to another port, or to 0 for any free one.\n`,
      'The region in AWS_REGION has no default pod. Set KALEYRA_POD to one of IN, SG, EU, NA\n',
      '--seed /dev/stdin: This is not a regular file. Save the tenants in a file first.\n',
      'No sandbox listens on http://127.0.0.1:1. Start it, or set PORT to the port of its HTTP API.\n',
    ]);
  });

  it('explains itself with --help', async () => {
    const { ended, output } = start(['--help']);

    expect(await ended).toBe(0);
    for (const line of [/^ {2}AlreadyVerified +409 +0409 /m, /^ {2}npm start -- control freeze SECONDS$/m]) {
      expect(output()).toMatch(line);
    }
    for (const word of [
      '--seed',
      '--watch',
      '--json',
      'PORT',
      'NO_COLOR',
      'KALEYRA_BASE_URL',
      'TENANT_CLAIM',
    ]) {
      expect(output()).toContain(word);
    }
  });

  it('lets commands change what is simulated, and stops on SIGINT in the middle of a call', async () => {
    const { child, printed, ended } = start();
    const [, url = '', PORT = ''] = await printed(/HTTP API +(http:\/\/127\.0\.0\.1:(\d+))/);
    const control = async (line: string) => {
      const command = start(['control', ...line.split(' ')], { PORT });
      return [await command.ended, command.output(), command.errors()];
    };

    const slow = 'Simulated: Kaleyra is slow\n';
    const both = 'Simulated: Kaleyra is slow; no attempts left for acme +********2345\n';
    expect(await control('kaleyra slow')).toEqual([0, slow, '']);
    expect(await control('use-up acme 678997654123456 +919765412345')).toEqual([0, both, '']);
    await printed(/^Simulated: .+; no attempts left for acme \+\*{8}2345$/m);
    expect(await control('kaleyra gone')).toEqual([
      1,
      '',
      expect.stringContaining('must be one of ok, slow'),
    ]);
    expect(await control('explode')).toEqual([1, '', expect.stringMatching(/^Usage:\n/)]);
    expect(await control('reset')).toEqual([0, 'Simulated: nothing\n', '']);

    const [, kaleyra = ''] = await printed(/Kaleyra +(http\S+),/);
    const response = fetch(`${url}/tenants/acme/whatsapp/1/number/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: '1', phone_number: '+919765410504', otp: '123456' }),
    });
    // The call may not have arrived at Kaleyra before another request has.
    await fetch(kaleyra);
    child.kill('SIGINT');

    await expect(response).rejects.toThrow();
    expect(await ended).toBe(0);
  });

  it('reloads the function with --watch when its source changes, and survives errors of the source', async () => {
    for (const part of ['bin/sandbox.ts', 'functions', 'lib', 'examples', 'openapi.json', 'package.json']) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const source = join(folder, 'functions/verify-number/core/failures.ts');
    const before = readFileSync(source, 'utf8');
    const { child, printed, output, ended } = start(['--watch'], {}, join(folder, 'bin/sandbox.ts'));
    const [, curl = ''] = await printed(/^ {2}(curl .+)$/m);
    const readTitle = async () => (await runCurl(curl.replace('671242', '000000'))).title;
    const write = (title: string, more = '') =>
      writeFileSync(source, before.replace('One-time password rejected', title) + more);
    expect(await readTitle()).toBe('One-time password rejected');

    write('Changed title');
    await printed(/^Function reloaded$/m);
    expect(await readTitle()).toBe('Changed title');

    writeFileSync(source, 'this is not TypeScript');
    await printed(/^Not reloaded: .+$/m);
    expect(await readTitle()).toBe('Changed title');

    write('Title of a module that throws', "\nsetTimeout(() => { throw new Error('thrown later'); }, 10);\n");
    await printed(/^Error outside a call: Error: thrown later$/m);
    write('Title of a module that throws', "\nPromise.reject(new Error('rejected later'));\n");
    await printed(/^Error outside a call: Error: rejected later$/m);
    expect(await readTitle()).toBe('Title of a module that throws');

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(output()).not.toContain('Warning');
  });
});
