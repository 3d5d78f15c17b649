import { type ChildProcess, exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

// Starting a process takes long on a busy machine.
jest.setTimeout(30_000);

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
  it('prints a curl command that works as pasted, prints a line for the call, and stops on SIGTERM', async () => {
    // Through npm, which passes a signal on to the shell only.
    const { child, output, printed, ended } = run('npm', ['start'], {});
    const [, curl = ''] = await printed(/^ {2}(curl .+)$/m);
    const { stdout } = await runCurl(curl);

    expect(output()).toMatch(/^Sandbox ready$/m);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'verified', tenant_id: 'acme' });
    await printed(/^\d\d:\d\d:\d\d {2}http {4}acme {10}Verified +\d+ ms {2}IN {2}WA200 {4}\+\*{8}2345$/m);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('adds a token to the curl command if callers need one', async () => {
    const { printed } = start([], { TENANT_CLAIM: 'tenants' });
    const [, curl = ''] = await printed(/^ {2}(curl .+)$/m);
    const { stdout } = await runCurl(curl);

    expect(JSON.parse(stdout)).toMatchObject({ status: 'verified' });
  });

  it('stops on SIGINT in the middle of a call', async () => {
    const { child, printed, ended } = start();
    const [, url = ''] = await printed(/HTTP API +(\S+)/);
    const body = JSON.stringify({ id: '1', phone_number: '+919765410504', otp: '123456' });
    const headers = { 'content-type': 'application/json' };
    const [, kaleyra = ''] = await printed(/Kaleyra +(http\S+),/);
    const response = fetch(`${url}/tenants/acme/whatsapp/1/number/verify`, { method: 'POST', headers, body });
    // The call may not have arrived at Kaleyra before another request has.
    await fetch(kaleyra);
    child.kill('SIGINT');

    await expect(response).rejects.toThrow();
    expect(await ended).toBe(0);
  });

  it('names all ports that are in use, in one line, and ends with status 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const names = ['PORT', 'KALEYRA_SIMULATOR_PORT', 'SECRETS_MANAGER_PORT'];
    const all = Object.fromEntries(names.map((name) => [name, String(port)]));
    const runs = [...names.map((name) => start([], { [name]: String(port) })), start([], all)];
    const statuses = await Promise.all(runs.map(({ ended }) => ended));
    other.close();

    expect(statuses).toEqual([1, 1, 1, 1]);
    expect(runs.map(({ output }) => output())).toEqual(['', '', '', '']);
    expect(runs.map(({ errors }) => errors())).toEqual([
      ...names.map(
        (name) => `Port ${port} is in use. Set ${name} to another port, or to 0 for any free one.\n`,
      ),
      `Ports ${port}, ${port} and ${port} are in use. Set ${names[0]}, ${names[1]} and ${names[2]} to other ports, or to 0 for any free ones.\n`,
    ]);
  });

  it('rejects an invalid environment in one line, with status 1', async () => {
    const { ended, errors } = start([], { AWS_REGION: 'sa-east-1' });

    expect(await ended).toBe(1);
    expect(errors()).toBe(
      'The region in AWS_REGION has no default pod. Set KALEYRA_POD to one of IN, SG, EU, NA\n',
    );
  });

  it('rejects a seed from a pipe instead of waiting for it', async () => {
    const { ended, errors } = start(['--seed', '/dev/stdin']);

    expect(await ended).toBe(1);
    expect(errors()).toBe(
      '--seed /dev/stdin: This is not a regular file. Save the tenants in a file first.\n',
    );
  });

  it('explains itself with --help', async () => {
    const { ended, output } = start(['--help']);

    expect(await ended).toBe(0);
    expect(output()).toMatch(/^ {2}AlreadyVerified +409 +0409 /m);
    expect(output()).toMatch(/^ {2}npm start -- control freeze SECONDS$/m);
  });

  it('prints the function’s log lines with --json, and adds tenants with --seed', async () => {
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
      { message: 'Sandbox ready', tenants: ['acme', 'globex', 'remembers', 'initech'] },
      {
        message: 'request',
        channel: 'http',
        outcome: 'Verified',
        tenant_id: 'initech',
        pod: 'IN',
        total_ms: expect.any(Number),
        _aws: { CloudWatchMetrics: [expect.any(Object)] },
      },
      { method: 'POST', status: 404, message: 'Not Found' },
    ]);
  });
});

describe('npm start -- control', () => {
  const control = async (args: readonly string[], environment: Record<string, string>) => {
    const { ended, output, errors } = start(['control', ...args], environment);
    return { status: await ended, output: output(), errors: errors() };
  };

  it('changes what the running sandbox simulates', async () => {
    const { printed, output } = start();
    const [, port = ''] = await printed(/HTTP API +http:\/\/127\.0\.0\.1:(\d+)/);
    const environment = { PORT: port };

    const outputs = [];
    for (const line of [
      '',
      'kaleyra slow',
      'secrets-manager failing',
      'rotate acme new-key',
      'freeze 60',
      'use-up acme 678997654123456 +919765412345',
      'reset',
    ]) {
      outputs.push(await control(line.split(' ').filter(Boolean), environment));
    }

    expect(outputs.map(({ status, errors }) => ({ status, errors }))).toEqual(
      Array(7).fill({ status: 0, errors: '' }),
    );
    expect(outputs[0]?.output).toMatch(/^Nothing is being simulated\.$/m);
    expect(outputs[5]?.output).toMatch(/^Simulated conditions: 5$/m);
    expect(outputs[5]?.output).toMatch(/^ {2}Secrets Manager +failing$/m);
    expect(outputs[5]?.output).toMatch(/^ {2}Kaleyra +slow$/m);
    expect(outputs[5]?.output).toMatch(/^ {2}Keys of acme +both-keys$/m);
    expect(outputs[5]?.output).toMatch(/^ {2}Function frozen +until 20\d\d-.+Z on its clock$/m);
    expect(outputs[5]?.output).toMatch(/^ {2}No attempts left +acme \+\*{8}2345$/m);
    expect(outputs[6]?.output).toBe(outputs[0]?.output);
    expect(output()).toMatch(
      /^Simulated: Secrets Manager: failing; Kaleyra: slow; Keys of acme: both-keys$/m,
    );
    expect(output()).toMatch(/^Simulated: nothing$/m);

    expect(await control(['kaleyra', 'gone'], environment)).toEqual({
      status: 1,
      output: '',
      errors: 'kaleyra must be one of ok, slow, dropping, bad-gateway.\n',
    });
  });

  it('says what to do if no sandbox is running', async () => {
    const { status, errors } = await control(['reset'], { PORT: '1' });

    expect(status).toBe(1);
    expect(errors).toBe(
      'No sandbox listens on http://127.0.0.1:1. Start it, or set PORT to the port of its HTTP API.\n',
    );
  });

  it('prints its usage for an unknown command', async () => {
    const { status, errors } = await control(['explode'], {});

    expect(status).toBe(1);
    expect(errors).toMatch(/^Usage:\n/);
  });
});

describe('npm start -- --watch', () => {
  it('reloads the function when its source changes, and survives errors of the source', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'watched-'));
    for (const part of ['bin/sandbox.ts', 'functions', 'lib', 'openapi.json', 'package.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const source = join(copy, 'functions/verify-number/core/failures.ts');
    const before = readFileSync(source, 'utf8');
    const { child, printed, output, ended } = start(['--watch'], {}, join(copy, 'bin/sandbox.ts'));
    const [, url = ''] = await printed(/HTTP API +(\S+)/);
    const readTitle = async () => {
      const response = await fetch(`${url}/tenants/acme/whatsapp/1/number/verify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: '1', phone_number: '+919765412345', otp: '000000' }),
      });
      return JSON.parse(await response.text()).title;
    };
    expect(await readTitle()).toBe('One-time password rejected');

    writeFileSync(source, before.replace('One-time password rejected', 'Changed title'));
    await printed(/^Function reloaded$/m);
    expect(await readTitle()).toBe('Changed title');

    writeFileSync(source, 'this is not TypeScript');
    await printed(/^Not reloaded: .+$/m);
    expect(await readTitle()).toBe('Changed title');

    const title = before.replace('One-time password rejected', 'Title of a module that throws');
    writeFileSync(source, `${title}\nsetTimeout(() => { throw new Error('thrown later'); }, 10);\n`);
    await printed(/^Error outside a call: Error: thrown later$/m);
    writeFileSync(source, `${title}\nPromise.reject(new Error('rejected later'));\n`);
    await printed(/^Error outside a call: Error: rejected later$/m);
    expect(await readTitle()).toBe('Title of a module that throws');

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    rmSync(copy, { recursive: true });
    expect(output()).not.toContain('Warning');
  });
});
