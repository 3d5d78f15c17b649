/** The operators' tool as it runs against the sandbox's Secrets Manager. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import {
  type Fault,
  type SecretsManager,
  startSecretsManager,
} from '../../lib/sandbox/secrets-manager/server.ts';
import type { EndpointOfPod } from '../../lib/tenant-tool/probe-credentials.ts';
import { runTenantTool } from '../../lib/tenant-tool/tenant-tool.ts';
import { keepingStream, pipedStdin } from './fake-terminal.ts';

export const apiKey = 'fake-api-key-of-acme';
export const otherKey = 'another-fake-api-key';
export const secretOfAcme = JSON.stringify({ sid: 'FAKESIDACME', apiKey });

/** The environment of an operator, with nothing of this machine's in it. */
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

/** Runs the tool, and sees to it that no key is printed. */
export const runTool = async (
  args: readonly string[],
  stdin: NodeJS.ReadableStream = pipedStdin(),
  endpointOf?: EndpointOfPod,
): Promise<ToolRun> => {
  const out = keepingStream();
  const err = keepingStream();
  const status = await runTenantTool(args, { stdin, stdout: out.stream, stderr: err.stream }, endpointOf);
  const [stdout, stderr] = [out.text(), err.text()];
  for (const key of [apiKey, otherKey]) expect(stdout + stderr).not.toContain(key);
  return { status, stdout, stderr };
};

/** Gives each test of a file a Secrets Manager of its own, and the environment of an operator who uses it. */
export const useSecretsManager = () => {
  const before = process.env;
  const now: { secretsManager?: SecretsManager; fault?: Fault } = {};
  const secretsManager = (): SecretsManager => {
    if (!now.secretsManager) throw new Error('There is a Secrets Manager only while a test runs.');
    return now.secretsManager;
  };
  beforeEach(async () => {
    delete now.fault;
    now.secretsManager = await startSecretsManager({ fault: () => now.fault });
    process.env = operatorEnvironment(`http://127.0.0.1:${now.secretsManager.port}`);
  });
  afterEach(async () => {
    process.env = before;
    await now.secretsManager?.close();
  });
  return {
    get secretsManager() {
      return secretsManager();
    },
    failWith: (fault: Fault): void => {
      now.fault = fault;
    },
    /** A secret's value, as the function would read it. */
    read: async (name: string): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${secretsManager().port}`, {
        method: 'POST',
        headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
        body: JSON.stringify({ SecretId: name }),
      });
      const { SecretString } = (await answer.json()) as { SecretString?: string };
      return SecretString === undefined ? undefined : JSON.parse(SecretString);
    },
  };
};
