/**
 * The bundle that is deployed, in a process of its own behind a Lambda Runtime API, over TLS. Connections to
 * api.in.kaleyra.io are redirected to loopback by the process; the bundle has no switch for that.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../bench/lambda-runtime/certificates.ts';
import { type LambdaProcess, startLambdaProcess } from '../../bench/lambda-runtime/lambda-process.ts';
import { formatSecret } from '../../functions/verify-number/tenants/secret.ts';
import { sampleRequest } from '../../lib/reference/sample-request.ts';
import { type KaleyraSimulator, startKaleyraSimulator } from '../../lib/sandbox/kaleyra/simulator.ts';
import { type SecretsManager, startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { seedTenants } from '../../lib/sandbox/tenants/seed-tenants.ts';
import { type BuiltFunction, synthesizeFunction } from '../support/built-function.ts';
import { directEvent, httpEvent } from '../support/events.ts';
import { leaksIn } from '../support/leaks.ts';

let built: BuiltFunction;
let kaleyra: KaleyraSimulator;
let secretsManager: SecretsManager;
let lambda: LambdaProcess;

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  built = await synthesizeFunction('ap-south-1');
  kaleyra = await startKaleyraSimulator({
    accounts: seedTenants.map(({ sid, apiKey }) => ({ sid, apiKeys: [apiKey], pod: 'IN' })),
    // A request whose host is not api.in.kaleyra.io would find no account.
    pod: 'NA',
    tls: await authority.issue(['api.in.kaleyra.io']),
  });
  secretsManager = await startSecretsManager({
    region: 'ap-south-1',
    secrets: Object.fromEntries(
      seedTenants.map((tenant) => [`kaleyra/${tenant.tenantId}`, formatSecret(tenant)]),
    ),
  });
  lambda = await startLambdaProcess({
    taskRoot: built.folder,
    environment: environment(),
    trust: authority.cert,
    redirect: { 'api.in.kaleyra.io:443': kaleyra.port },
  });
}, 60_000);

const environment = () => ({
  ...built.environment,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.port}`,
});

afterAll(async () => {
  await lambda?.[Symbol.asyncDispose]();
  await kaleyra?.close();
  await secretsManager?.close();
  await built?.remove();
});

const { otp: _, ...echoed } = sampleRequest;

const returned: string[] = [];
const invoke = async (event: unknown) => {
  const result = await lambda.invoke(event);
  returned.push(JSON.stringify(result));
  return result;
};

describe('the bundle', () => {
  it('verifies a number for an API Gateway event', async () => {
    const { payload, errorType } = await invoke(httpEvent());

    expect(errorType).toBeUndefined();
    expect(payload).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse((payload as { body: string }).body)).toMatchObject({ status: 'verified', ...echoed });
  });

  it('verifies a number for a direct event', async () => {
    const { payload, errorType } = await invoke(directEvent());

    expect(errorType).toBeUndefined();
    expect(payload).toMatchObject({ status: 'verified', ...echoed });
  });

  it('responds to a rejected password with problem details', async () => {
    const { payload, requestId } = await invoke(httpEvent({ body: { otp: '000000' } }));

    expect(payload).toMatchObject({ statusCode: 422 });
    expect(JSON.parse((payload as { body: string }).body)).toMatchObject({
      code: 'OtpRejected',
      instance: `urn:kaleyra-verify:request:${requestId}`,
      kaleyra: { code: 'WA400', message: 'Incorrect OTP format' },
    });
  });

  it('throws the code by name for a direct event', async () => {
    const { payload, errorType } = await invoke(directEvent({ tenant_id: 'nobody' }));

    expect(errorType).toBe('TenantUnknown');
    expect(payload).toMatchObject({ errorType: 'TenantUnknown' });
  });

  it('writes one log line per request, with the allowed fields only', async () => {
    const before = await logLines();
    const { requestId } = await invoke(directEvent({ otp: '000000' }));

    const lines = (await logLines())
      .slice(before.length)
      .filter(({ request_id }) => request_id === requestId);

    expect(lines).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: 'INFO',
        message: 'request',
        request_id: requestId,
        function_version: expect.any(String),
        channel: 'direct',
        outcome: 'OtpRejected',
        tenant_id: 'acme',
        waba_id: '109012345678901',
        phone_number_id: '678997654123456',
        phone_number: '+********2345',
        pod: 'IN',
        kaleyra_code: 'WA400',
        kaleyra_http_status: 400,
        secrets_manager_ms: expect.any(Number),
        kaleyra_ms: expect.any(Number),
        total_ms: expect.any(Number),
        cold_start: false,
        service: expect.any(String),
        Requests: 1,
        ThrownFailures: 1,
        _aws: expect.objectContaining({ Timestamp: expect.any(Number) }),
      },
    ]);
  });

  it('keeps its connection and the credentials', async () => {
    const reads = secretsManager.callCount('GetSecretValue');
    await invoke(directEvent());

    expect(secretsManager.callCount('GetSecretValue')).toBe(reads);
  });

  it('logs and returns no secret', async () => {
    const confidential = {
      otps: [sampleRequest.otp],
      apiKeys: seedTenants.map(({ apiKey }) => apiKey),
      phoneNumbers: [sampleRequest.phone_number],
    };

    expect(returned).not.toHaveLength(0);
    expect(leaksIn(await lambda.output(), confidential)).toEqual([]);
    expect(leaksIn(returned.join('\n'), { ...confidential, phoneNumbers: [] })).toEqual([]);
  });

  it('sends no key to an untrusted server even if NODE_TLS_REJECT_UNAUTHORIZED is 0', async () => {
    const requests = kaleyra.requestCount;
    await using careless = await startLambdaProcess({
      taskRoot: built.folder,
      environment: { ...environment(), NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      redirect: { 'api.in.kaleyra.io:443': kaleyra.port },
    });

    expect(await careless.invoke(directEvent())).toMatchObject({ errorType: 'KaleyraUnavailable' });
    expect(kaleyra.requestCount).toBe(requests);
  });

  it('contains the hosts that may receive a key, and no variable that could set another', async () => {
    const code = await readFile(built.entry, 'utf8');

    expect(code).toContain('api.in.kaleyra.io');
    expect(code).not.toContain('KALEYRA_BASE_URL');
    expect(code).not.toContain('127.0.0.1');
  });
});

const logLines = async (): Promise<Record<string, unknown>[]> =>
  (await lambda.output())
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === 'request');
