/**
 * The bundle that the CDK builds with `countAttempts`, in a process of its own behind a Lambda Runtime API, with attempts
 * counted in a DynamoDB. `function.test.ts` asserts that the other bundle contains none of it.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../bench/lambda-runtime/certificates.ts';
import { type LambdaProcess, startLambdaProcess } from '../../bench/lambda-runtime/lambda-process.ts';
import { formatSecret } from '../../functions/verify-number/tenants/secret.ts';
import { type KaleyraSimulator, startKaleyraSimulator } from '../../lib/sandbox/kaleyra/simulator.ts';
import { type SecretsManager, startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { seedTenants } from '../../lib/sandbox/tenants/seed-tenants.ts';
import { type BuiltFunction, synthesizeFunction } from '../support/built-function.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { directEvent } from '../support/events.ts';

let counting: BuiltFunction;
let kaleyra: KaleyraSimulator;
let secretsManager: SecretsManager;
let dynamoDb: TestDynamoDb;
let lambda: LambdaProcess;

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  counting = await synthesizeFunction('ap-south-1', { countAttempts: 'true' });
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
  it('sends five wrong passwords, and then not even the correct one', async () => {
    const outcomes: (string | undefined)[] = [];
    for (const otp of ['000000', '000000', '000000', '000000', '000000', '000000', '671242']) {
      outcomes.push((await lambda.invoke(directEvent({ otp }))).errorType);
    }
    expect(outcomes).toEqual([...Array(5).fill('OtpRejected'), 'TooManyAttempts', 'TooManyAttempts']);
    expect(kaleyra.requestCount).toBe(5);
  });

  it('counts another number with another id separately, and from zero after a success', async () => {
    const number = { id: '1', phone_number: '+919765400000' };
    const invoke = async (otp: string) => (await lambda.invoke(directEvent({ ...number, otp }))).errorType;
    expect(await invoke('000000')).toBe('OtpRejected');
    expect(await invoke('671242')).toBeUndefined();
    for (let count = 0; count < 5; count += 1) expect(await invoke('000000')).toBe('OtpRejected');
    expect(await invoke('000000')).toBe('TooManyAttempts');
  });
});
