import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type SecretsManager, startSecretsManager } from '../../../lib/sandbox/secrets-manager/server.ts';
import { operatorEnvironment } from '../../support/tenant-tool.ts';

const apiKey = 'fake-api-key-of-acme';

let secretsManager: SecretsManager;
beforeAll(async () => {
  secretsManager = await startSecretsManager();
});
afterAll(() => secretsManager.close());

/** Runs the program with something piped in, as `npm run tenant` does. */
const run = async (args: readonly string[], stdin = '', port = secretsManager.port) => {
  const tenant = spawn(process.execPath, [join(import.meta.dirname, '../../../bin/tenant.ts'), ...args], {
    env: operatorEnvironment(`http://127.0.0.1:${port}`),
  });
  let printed = '';
  for (const stream of [tenant.stdout, tenant.stderr]) stream.on('data', (chunk) => (printed += chunk));
  tenant.stdin.end(stdin);
  const [status] = await once(tenant, 'close');
  expect(printed).not.toContain(apiKey);
  return { status, printed };
};

it('writes a secret with the key that is piped in, and reads it back', async () => {
  const put = await run(['put', 'acme', '--sid', 'FAKESIDACME'], `${apiKey}\n`);
  expect([put.status, put.printed]).toEqual([0, expect.stringContaining('Created kaleyra/acme.')]);
  const check = await run(['check', 'acme']);
  expect([check.status, check.printed]).toEqual([0, expect.stringContaining('has the right form')]);
});

it('ends with status 1 and one line when something is wrong', async () => {
  const { status, printed } = await run(['put', 'acme', '--sid', 'FAKESIDACME', '--api-key', apiKey]);
  expect([status, printed]).toEqual([1, expect.stringMatching(/^An API key is never taken .*\n$/)]);
});

it('says so where nothing listens', async () => {
  const { status, printed } = await run(['list'], '', 1);
  const sentence = 'Secrets Manager cannot be reached at http://127.0.0.1:1 (ECONNREFUSED).\n';
  expect([status, printed]).toEqual([1, expect.stringContaining(sentence)]);
});

it('prints its help', async () => {
  const { status, printed } = await run(['--help']);
  expect([status, printed]).toEqual([0, expect.stringMatching(/^Usage: npm run tenant -- /)]);
});
