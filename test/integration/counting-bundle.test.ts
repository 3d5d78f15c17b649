/**
 * The bundle that CDK builds with `countAttempts`, in a process of its own behind a Lambda Runtime API, counting in a
 * DynamoDB. That the other bundle has none of it is told in `lib/verify-number-function.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatSecret } from '../../functions/verify-number/tenants/secret.ts';
import { type KaleyraSimulator, startKaleyraSimulator } from '../../lib/sandbox/kaleyra/simulator.ts';
import { type SecretsManager, startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { seedTenants } from '../../lib/sandbox/seed-tenants.ts';
import { type BuiltFunction, buildFunction } from '../support/built-function.ts';
import { createCertificateAuthority } from '../support/certificates.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { directEvent } from '../support/events.ts';
import { type LambdaProcess, startLambdaProcess } from '../support/lambda-runtime/lambda-process.ts';

let counting: BuiltFunction;
let kaleyra: KaleyraSimulator;
let secretsManager: SecretsManager;
let dynamoDb: TestDynamoDb;
let lambda: LambdaProcess;

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  counting = await buildFunction('ap-south-1', { countAttempts: 'true' });
  kaleyra = await startKaleyraSimulator({
    accounts: seedTenants.map(({ sid, apiKey }) => ({ sid, apiKeys: [apiKey], pod: 'IN' })),
    pod: 'IN',
    tls: await authority.issue(['api.in.kaleyra.io']),
  });
  secretsManager = await startSecretsManager({
    secrets: Object.fromEntries(
      seedTenants.map((tenant) => [`kaleyra/${tenant.tenantId}`, formatSecret(tenant)]),
    ),
  });
  dynamoDb = await startDynamoDb();
  lambda = await startLambdaProcess({
    taskRoot: counting.folder,
    environment: {
      ...counting.environment,
      ATTEMPTS_TABLE: dynamoDb.tableName,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.port}`,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${dynamoDb.port}`,
    },
    trust: authority.cert,
    redirect: { 'api.in.kaleyra.io:443': kaleyra.port },
  });
}, 60_000);

afterAll(async () => {
  await lambda?.[Symbol.asyncDispose]();
  await kaleyra?.close();
  await secretsManager?.close();
  await dynamoDb?.close();
  await counting?.remove();
});

describe('the bundle with attempt counting', () => {
  it('lets five wrong passwords through, and then not even the right one', async () => {
    const outcomes: (string | undefined)[] = [];
    for (const otp of ['000000', '000000', '000000', '000000', '000000', '000000', '671242']) {
      outcomes.push((await lambda.invoke(directEvent({ otp }))).errorType);
    }
    expect(outcomes).toEqual([...Array(5).fill('OtpRejected'), 'TooManyAttempts', 'TooManyAttempts']);
    expect(kaleyra.requestCount).toBe(5);
  });

  it('counts another number by itself, and from nothing once it was verified', async () => {
    const phone_number = '+919765400000';
    expect((await lambda.invoke(directEvent({ phone_number, otp: '000000' }))).errorType).toBe('OtpRejected');
    expect((await lambda.invoke(directEvent({ phone_number }))).errorType).toBeUndefined();
    expect((await lambda.invoke(directEvent({ phone_number, otp: '000000' }))).errorType).toBe('OtpRejected');
  });
});
