/** The tenant tool with the sandbox's Secrets Manager. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import {
  type Fault,
  type SecretsManager,
  type SecretsManagerOptions,
  startSecretsManager,
} from '../../lib/sandbox/secrets-manager/server.ts';
import type { FindKaleyra } from '../../lib/tenant-tool/kaleyra-to-probe.ts';
import { startTenantTool } from '../../lib/tenant-tool/start.ts';
import { type FakeTerminal, pipedTerminal } from './fake-terminal.ts';

export const apiKey = 'fake-api-key-of-acme';
export const otherKey = 'another-fake-api-key';
export const secretOfAcme = JSON.stringify({ sid: 'FAKESIDACME', apiKey });

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

export interface ToolRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the tool and asserts that it prints no key. */
export const runTool = async (
  args: readonly string[],
  terminal: FakeTerminal = pipedTerminal(),
  findKaleyra?: FindKaleyra,
): Promise<ToolRun> => {
  const interrupt = () => {
    throw new Error('Interrupted outside of a question.');
  };
  const status = await startTenantTool(args, terminal, interrupt, findKaleyra);
  const { stdout, stderr } = terminal.written();
  for (const key of [apiKey, otherKey]) expect(stdout + stderr).not.toContain(key);
  return { status, stdout, stderr };
};

/** Gives each test of a file its own Secrets Manager, and the environment of an operator who uses it. */
export const useSecretsManager = (options: () => SecretsManagerOptions = () => ({})) => {
  const before = process.env;
  const current: { secretsManager?: SecretsManager; fault?: SecretsManagerOptions['fault'] } = {};
  const getSecretsManager = (): SecretsManager => {
    if (!current.secretsManager) throw new Error('There is a Secrets Manager only while a test runs.');
    return current.secretsManager;
  };
  beforeEach(async () => {
    delete current.fault;
    current.secretsManager = await startSecretsManager({
      ...options(),
      fault: (call) => current.fault?.(call),
    });
    process.env = operatorEnvironment(`http://127.0.0.1:${current.secretsManager.port}`);
  });
  afterEach(async () => {
    process.env = before;
    await current.secretsManager?.close();
  });
  return {
    get secretsManager() {
      return getSecretsManager();
    },
    failWith: (fault: Fault | NonNullable<SecretsManagerOptions['fault']>): void => {
      current.fault = typeof fault === 'function' ? fault : () => fault;
    },
    /** A secret's value, as the function reads it. */
    read: async (name: string): Promise<unknown> => {
      const response = await fetch(`http://127.0.0.1:${getSecretsManager().port}`, {
        method: 'POST',
        headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
        body: JSON.stringify({ SecretId: name }),
      });
      const { SecretString } = (await response.json()) as { SecretString?: string };
      return SecretString === undefined ? undefined : JSON.parse(SecretString);
    },
  };
};
