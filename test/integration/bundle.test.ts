/**
 * The bundle that is deployed, in a process of its own behind a Lambda Runtime API, over TLS. Connections to
 * api.in.kaleyra.io are redirected to loopback by the process; the bundle has no switch for that.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleRequest } from '../../lib/reference/sample-request.ts';
import { seedTenants } from '../../lib/sandbox/tenants/seed-tenants.ts';
import { startBuiltFunction } from '../support/built-function.ts';
import { directEvent, httpEvent } from '../support/events.ts';
import { leaksIn } from '../support/leaks.ts';

let started: Awaited<ReturnType<typeof startBuiltFunction>>;
beforeAll(async () => {
  started = await startBuiltFunction();
});
afterAll(() => started?.close());

const { otp: _, ...echoed } = sampleRequest;

const returned: string[] = [];
const invoke = async (event: unknown) => {
  const result = await started.lambda.invoke(event);
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
    expect([...started.hosts]).toEqual(['api.in.kaleyra.io']);
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
    const reads = started.secretsManager.callCount('GetSecretValue');
    await invoke(directEvent());

    expect(started.secretsManager.callCount('GetSecretValue')).toBe(reads);
  });

  it('logs and returns no secret', async () => {
    const confidential = {
      otps: [sampleRequest.otp],
      apiKeys: seedTenants.map(({ apiKey }) => apiKey),
      phoneNumbers: [sampleRequest.phone_number],
    };

    expect(returned).not.toHaveLength(0);
    expect(leaksIn(await started.lambda.output(), confidential)).toEqual([]);
    expect(leaksIn(returned.join('\n'), { ...confidential, phoneNumbers: [] })).toEqual([]);
  });

  it('sends no key to an untrusted server even if NODE_TLS_REJECT_UNAUTHORIZED is 0', async () => {
    const requests = started.kaleyra.requestCount;
    await using careless = await started.startCareless({ NODE_TLS_REJECT_UNAUTHORIZED: '0' });

    expect(await careless.invoke(directEvent())).toMatchObject({ errorType: 'KaleyraUnavailable' });
    expect(started.kaleyra.requestCount).toBe(requests);
  });

  it('contains the hosts that may receive a key, and no variable that could set another', async () => {
    const code = await readFile(started.built.entry, 'utf8');

    expect(code).toContain('api.in.kaleyra.io');
    expect(code).not.toContain('KALEYRA_BASE_URL');
    expect(code).not.toContain('127.0.0.1');
  });
});

const logLines = async (): Promise<Record<string, unknown>[]> =>
  (await started.lambda.output())
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === 'request');
