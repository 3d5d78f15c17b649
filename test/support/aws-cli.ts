import { execFile, spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

/** `describe`, where the AWS CLI is on this machine; where it is not, the report says which tests were not run. */
export const describeWithAwsCli = spawnSync('aws', ['--version']).error ? describe.skip : describe;

/** What one call of the AWS CLI printed; `error` is what it said of a failure. */
export interface CliResult {
  readonly json: Record<string, unknown>;
  readonly error: string;
}

/** Calls the AWS CLI with plainly fake credentials, and without this machine's own settings. */
export const aws = (endpoint: string, ...args: readonly string[]): Promise<CliResult> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'FAKEACCESSKEYID',
      AWS_SECRET_ACCESS_KEY: 'fake-secret-access-key',
      AWS_DEFAULT_REGION: 'ap-south-1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_MAX_ATTEMPTS: '1',
    };
    execFile('aws', [...args, '--endpoint-url', endpoint], { env }, (_failed, stdout, stderr) => {
      resolve({ json: stdout === '' ? {} : JSON.parse(stdout), error: stderr.trim() });
    });
  });
