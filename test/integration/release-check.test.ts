/** The hook's bundle, in a process of its own, checks the function's bundle, in another process. */
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../bench/lambda-runtime/certificates.ts';
import { startLambdaProcess } from '../../bench/lambda-runtime/lambda-process.ts';
import { type KaleyraSimulator, startKaleyraSimulator } from '../../lib/sandbox/kaleyra/simulator.ts';
import {
  type SecretsManager,
  type SecretsManagerOptions,
  startSecretsManager,
} from '../../lib/sandbox/secrets-manager/server.ts';
import { AwsServiceError } from '../../lib/sandbox/secrets-manager/store.ts';
import { longDeadlines } from '../support/built-function.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { startReleaseServices } from '../support/release-services.ts';

const bundles = join(import.meta.dirname, '../../dist/functions');
const versionArn = 'arn:aws:lambda:ap-south-1:111122223333:function:verify:7';
const reservedSecret = { 'kaleyra/_release-check': 'Reserved for release checks: not credentials' };
const mayNotRead = new AwsServiceError('AccessDeniedException', 'not authorized');

let authority: CertificateAuthority;
let kaleyra: KaleyraSimulator;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  kaleyra = await startKaleyraSimulator({
    accounts: [],
    pod: 'IN',
    tls: await authority.issue(['api.in.kaleyra.io']),
  });
});
afterAll(() => kaleyra.close());

interface Release {
  readonly creator?: string | undefined;
  readonly secretsManager?: SecretsManagerOptions;
  readonly bundle?: 'plain' | 'counting';
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the hook for one deployment. */
const runHook = async (release: Release) => {
  const { secretsManager: settings, bundle = 'plain', environment } = release;
  const secretsManager: SecretsManager = await startSecretsManager({ secrets: reservedSecret, ...settings });
  const startVersion = () =>
    startLambdaProcess({
      nodeOptions: longDeadlines,
      taskRoot: join(bundles, 'verify-number', bundle),
      environment: {
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.port}`,
        ...environment,
      },
      trust: authority.cert,
      redirect: { 'api.in.kaleyra.io:443': kaleyra.port },
    });
  await using services = await startReleaseServices({
    startVersion,
    creator: 'creator' in release ? release.creator : 'CloudFormation',
  });
  await using hook = await startLambdaProcess({
    nodeOptions: longDeadlines,
    taskRoot: join(bundles, 'release-check'),
    environment: {
      VERSION_ARN: versionArn,
      RETRY_AFTER_MS: '1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${services.port}`,
    },
  });
  const { payload, errorType } = await hook.invoke({
    DeploymentId: 'd-FAKE',
    LifecycleEventHookExecutionId: 'fake-hook-execution',
  });
  expect({ payload, errorType }).toEqual({ payload: null, errorType: undefined });
  const log = JSON.parse(await hook.output());
  await secretsManager.close();
  return { verdicts: services.verdicts, invocations: services.invocations, log };
};

const verdict = (status: 'Succeeded' | 'Failed') => [
  { deploymentId: 'd-FAKE', lifecycleEventHookExecutionId: 'fake-hook-execution', status },
];

/** A version that counts attempts. By default nothing listens at the endpoint. */
const count = (onFailure: string, endpoint = 'http://127.0.0.1:1'): Release => ({
  bundle: 'counting',
  environment: {
    ATTEMPTS_TABLE: 'attempts',
    ATTEMPTS_ON_FAILURE: onFailure,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  },
});

describe('the release check', () => {
  it('accepts a version that starts and may read secrets, without a call to Kaleyra', async () => {
    const { verdicts, invocations, log } = await runHook({});
    expect(verdicts).toEqual(verdict('Succeeded'));
    expect(invocations).toEqual([
      {
        arn: versionArn,
        event: {
          tenant_id: '_release-check',
          waba_id: '0',
          id: expect.stringMatching(/^\d{13}$/),
          phone_number: expect.stringMatching(/^\+1\d{13}$/),
          otp: '000000',
        },
      },
    ]);
    expect(log).toEqual({
      timestamp: expect.any(String),
      version_arn: versionArn,
      level: 'INFO',
      message: 'release check',
      deployment_id: 'd-FAKE',
      deployment_kind: 'release',
      status: 'Succeeded',
    });
    expect(kaleyra.requestCount).toBe(0);
  });

  it.each<[string, Release, string]>([
    ['cannot start', { environment: { KALEYRA_TIMEOUT_MS: 'soon' } }, 'KALEYRA_TIMEOUT_MS'],
    ['may not read secrets', { secretsManager: { fault: () => mayNotRead } }, 'cannot read or decrypt'],
    ['reads another prefix', { environment: { SECRET_PREFIX: 'other/' } }, 'TenantUnknown'],
    ['cannot count', count('allow'), 'The version could not count an attempt'],
    ['refuses requests that it cannot count', count('refuse'), 'AttemptsUnavailable'],
  ])('rejects a version that %s', async (_name, release, problem) => {
    const { verdicts, log } = await runHook(release);
    expect(verdicts).toEqual(verdict('Failed'));
    expect(log).toMatchObject({ level: 'ERROR', problem: expect.stringContaining(problem) });
  });

  it('checks a second time, because a new permission may take effect late', async () => {
    let reads = 0;
    // The first version reads twice: for its warm-up and for the check.
    const fault = () => (++reads <= 2 ? mayNotRead : undefined);
    const { verdicts, invocations } = await runHook({ secretsManager: { fault } });
    expect(verdicts).toEqual(verdict('Succeeded'));
    expect(invocations).toHaveLength(2);
  });

  it('lets a rollback pass without a check', async () => {
    const environment = { KALEYRA_TIMEOUT_MS: 'soon' };
    const { verdicts, invocations } = await runHook({ creator: 'codeDeployRollback', environment });
    expect(verdicts).toEqual(verdict('Succeeded'));
    expect(invocations).toEqual([]);
  });

  it('takes an attempt and gives it back', async () => {
    const dynamoDb = await startDynamoDb();
    const { verdicts } = await runHook(count('allow', `http://127.0.0.1:${dynamoDb.port}`));
    expect(verdicts).toEqual(verdict('Succeeded'));
    const { Items = [] } = await dynamoDb.client().send(new ScanCommand({ TableName: dynamoDb.tableName }));
    await dynamoDb.close();
    const attempts = Items.flatMap((item) => Object.entries(item).filter(([name]) => /^a\d$/.test(name)));
    expect(attempts).not.toEqual([]);
    for (const [, value] of attempts) expect(value).toEqual({ N: '0' });
  });
});
