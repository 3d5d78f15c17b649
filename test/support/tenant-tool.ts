/** The tenant tool with the sandbox's Secrets Manager. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import {
  type Fault,
  type SecretsManager,
  type SecretsManagerOptions,
  startSecretsManager,
} from '../../lib/sandbox/secrets-manager/server.ts';
import type { FindKaleyra } from '../../lib/tenant-tool/probe-credentials.ts';
import { startTenantTool } from '../../lib/tenant-tool/start.ts';
import { pipedTerminal } from './fake-terminal.ts';

export const apiKey = 'fake-api-key-of-acme';
export const otherKey = 'another-fake-api-key';
export const acme = { sid: 'FAKESIDACME', apiKey };
export const secretOfAcme = JSON.stringify(acme);

/** The environment of an operator. It contains nothing of this machine except the path. */
export const operatorEnvironment = (endpoint: string): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'ap-south-1',
  AWS_ACCESS_KEY_ID: 'FAKE',
  AWS_SECRET_ACCESS_KEY: 'fake',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
});

/** Runs a command line, whose arguments are separated by spaces or listed, and asserts that the tool prints no key. */
export const runTool = async (
  line: string | readonly string[],
  terminal = pipedTerminal(),
  findKaleyra?: FindKaleyra,
) => {
  const interrupt = () => {
    throw new Error('Interrupted outside of a question.');
  };
  const args = typeof line === 'string' ? line.split(' ') : line;
  const status = await startTenantTool(args, terminal, interrupt, findKaleyra);
  const { stdout, stderr } = terminal.written;
  for (const key of [apiKey, otherKey]) expect(stdout + stderr).not.toContain(key);
  return { status, stdout, stderr };
};

/** Reads a secret's value from a Secrets Manager, as the function reads it. */
export const readSecret = async (port: number, name: string): Promise<unknown> => {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: JSON.stringify({ SecretId: name }),
  });
  const { SecretString } = (await response.json()) as { SecretString?: string };
  return SecretString && JSON.parse(SecretString);
};

/** Gives each test of a file its own Secrets Manager, and the environment of an operator who uses it. */
export const useSecretsManager = (options: () => SecretsManagerOptions = () => ({})) => {
  const before = process.env;
  let running: SecretsManager | undefined;
  let fault: SecretsManagerOptions['fault'];
  const get = (): SecretsManager => {
    if (!running) throw new Error('There is a Secrets Manager only while a test runs.');
    return running;
  };
  beforeEach(async () => {
    fault = undefined;
    running = await startSecretsManager({ ...options(), fault: (call) => fault?.(call) });
    process.env = operatorEnvironment(`http://127.0.0.1:${running.port}`);
  });
  afterEach(async () => {
    process.env = before;
    await running?.close();
  });
  return {
    get secretsManager() {
      return get();
    },
    failWith: (next: Fault | NonNullable<SecretsManagerOptions['fault']>): void => {
      fault = typeof next === 'function' ? next : () => next;
    },
    /** What is stored for the tenant acme. */
    readAcme: () => readSecret(get().port, 'kaleyra/acme'),
  };
};
