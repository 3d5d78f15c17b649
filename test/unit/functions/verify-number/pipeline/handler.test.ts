import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  Failure,
  failureCodes,
  getDefinition,
} from '../../../../../functions/verify-number/core/failures.ts';
import { directEvent, httpEvent, lambdaContext, sampleRequestId } from '../../../../support/events.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';
import { createTestHandler, sampleSuccess, sampleVerification } from '../../../../support/test-handler.ts';

type Given = Parameters<typeof createTestHandler>[0];

const timers = useManualTimers();

/** The clock that durations are measured with. */
let now = 0;
beforeEach(() => {
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Sends the event to the handler, and returns the response or the error of either entry point. */
const send = async (event: unknown, given: Given = {}, context = lambdaContext()) => {
  const { invoke, events } = createTestHandler(given);
  const result = await invoke(event, context).then(
    (returned) => ({ returned: returned as APIGatewayProxyStructuredResultV2 & { status?: string } }),
    (thrown: Failure) => ({ thrown }),
  );
  expect(events).toHaveLength(1);
  const [logged] = events;
  if ('thrown' in result) return { logged, thrown: result.thrown, code: result.thrown.code };
  const { returned } = result;
  if (returned.statusCode === undefined) return { logged, returned, code: undefined };
  const body = JSON.parse(returned.body ?? '');
  return { logged, returned, body, code: body.code as string | undefined };
};

const failWith = (thrown: unknown): Given => ({ kaleyra: { verify: () => Promise.reject(thrown) } });

const getPointers = (errors: Failure['errors']) => errors?.map(({ pointer }) => pointer);

describe('the handler selects the HTTP entry point', () => {
  it.each([
    ['an HTTP API event', httpEvent()],
    ['one that is invalid', httpEvent({ body: 'not JSON', path: {}, contentType: null })],
  ])('for %s', async (_name, event) => {
    expect((await send(event)).logged?.channel).toBe('http');
  });

  it('for an HTTP API event with the fields of a direct input, and uses path and body only', async () => {
    const { body, logged } = await send({ ...httpEvent(), ...directEvent({ tenant_id: 'globex' }) });
    expect([body.tenant_id, logged?.tenant_id]).toEqual(['acme', 'acme']);
  });
});

describe('the handler selects the direct entry point', () => {
  it.each([
    ['version', undefined],
    ['version', '1.0'],
    ['version', 2],
    ['routeKey', null],
    ['rawPath', 1],
    ['headers', null],
    ['headers', 'content-type'],
    ['requestContext', null],
    ['requestContext', {}],
    ['requestContext', { http: null }],
    ['requestContext', { http: 'POST' }],
    ['requestContext', { http: {} }],
    ['requestContext', { http: { method: 1 } }],
    ['isBase64Encoded', 'false'],
  ])('for an HTTP API event whose %s is %j', async (name, value) => {
    expect((await send({ ...httpEvent(), [name]: value })).logged?.channel).toBe('direct');
  });

  it('for a direct input with some fields of an HTTP API event', async () => {
    const event = directEvent({ version: '2.0', headers: {}, requestContext: {}, body: '{}', routeKey: 'x' });
    expect(await send(event)).toMatchObject({
      returned: { status: 'verified' },
      logged: { channel: 'direct' },
    });
  });

  const objectExpected = ['/tenant_id', '/waba_id', ''];
  it.each([
    [null, objectExpected],
    // Lambda passes null on, and Middy replaces undefined.
    [undefined, ['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp']],
    [[], objectExpected],
    [[httpEvent()], objectExpected],
    ['text', objectExpected],
    [42, objectExpected],
    [{}, ['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp']],
    [directEvent({ otp: 671242, id: 2 ** 53 }), ['/id', '/otp']],
    // Own properties only.
    [
      JSON.parse(`{"__proto__":${JSON.stringify(directEvent())}}`),
      ['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp'],
    ],
  ])('for %j, and reports every problem', async (event, pointers) => {
    const { thrown, logged } = await send(event);
    expect(logged?.channel).toBe('direct');
    expect(thrown?.name).toBe('RequestInvalid');
    expect(getPointers(thrown?.errors)).toEqual(pointers);
  });
});

describe('a verification', () => {
  it('is returned over HTTP as 200 and JSON', async () => {
    const { returned, body, logged } = await send(httpEvent());
    expect(returned).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
    expect(body).toEqual(sampleVerification);
    expect(logged).toMatchObject({ channel: 'http', outcome: 'Verified', kaleyra_code: 'WA200' });
  });

  it('is returned directly as an object', async () => {
    const { returned, logged } = await send(directEvent({ note: 'ignored' }));
    expect(returned).toEqual(sampleVerification);
    expect(logged).toMatchObject({ channel: 'direct', outcome: 'Verified', tenant_id: 'acme' });
  });

  it('keeps all digits of an id that is a JSON number', async () => {
    const body = '{"id":12345678901234567890,"phone_number":"+919765412345","otp":"671242"}';
    expect((await send(httpEvent({ body }))).body.id).toBe('12345678901234567890');
  });
});

describe('a failure', () => {
  const failure = new Failure('OtpRejected', 'Incorrect OTP format', {
    kaleyra: { code: 'WA400', message: 'Incorrect OTP format' },
    kaleyraHttpStatus: 400,
    reason: 'not for callers',
  });

  it("is returned over HTTP as the contract's RFC 9457 document", async () => {
    const { returned, logged } = await send(httpEvent(), failWith(failure));
    expect(returned).toEqual({
      statusCode: 422,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      body: JSON.stringify({
        type: 'urn:kaleyra-verify:problem:OtpRejected',
        title: 'One-time password rejected',
        status: 422,
        detail: 'Incorrect OTP format',
        instance: `urn:kaleyra-verify:request:${sampleRequestId}`,
        code: 'OtpRejected',
        retryable: false,
        kaleyra: { code: 'WA400', message: 'Incorrect OTP format' },
      }),
    });
    expect(logged).toMatchObject({ channel: 'http', outcome: 'OtpRejected', tenant_id: 'acme' });
  });

  it('is thrown directly with the code as its name and the detail as its message', async () => {
    const { thrown, logged } = await send(directEvent(), failWith(failure));
    expect(thrown).toBe(failure);
    expect([thrown?.name, thrown?.message]).toEqual(['OtpRejected', 'Incorrect OTP format']);
    expect(logged).toMatchObject({ channel: 'direct', outcome: 'OtpRejected', tenant_id: 'acme' });
  });

  it.each(failureCodes)('has the status and the delay of %s', async (code) => {
    const { status, retryAfterSeconds } = getDefinition(code);
    const { returned, body } = await send(httpEvent(), failWith(new Failure(code, 'd')));
    expect([returned?.statusCode, body.status, body.code]).toEqual([status, status, code]);
    expect(returned?.headers?.['retry-after']).toBe(retryAfterSeconds && String(retryAfterSeconds));
    expect(body).not.toHaveProperty('kaleyra');
  });

  it.each([0, 7])("has Kaleyra's delay if it is known: %i", async (retryAfterSeconds) => {
    const { returned } = await send(
      httpEvent(),
      failWith(new Failure('RateLimited', 'd', { retryAfterSeconds })),
    );
    expect(returned?.headers?.['retry-after']).toBe(String(retryAfterSeconds));
  });

  it('links to the configured page', async () => {
    const problemTypeBase = 'https://docs.example.com/problems';
    const { body } = await send(httpEvent(), { ...failWith(failure), problemTypeBase });
    expect(body.type).toBe('https://docs.example.com/problems#otprejected');
  });

  it.each([httpEvent(), directEvent()])('hides the details of a defect: case %#', async (event) => {
    const { returned, thrown, code, logged } = await send(event, failWith(new TypeError('671242')));
    expect(code).toBe('InternalError');
    // Lambda reports name, message and stack, and logs the enumerable properties.
    const shown = [returned, thrown, thrown?.message, thrown?.stack, logged];
    expect(JSON.stringify(shown)).not.toContain('671242');
    expect(logged?.defect?.[0]).toBe('TypeError');
  });

  it('that concurrent requests share does not change', async () => {
    const shared = Object.freeze(new Failure('TenantUnknown', 'A detail.'));
    const { invoke } = createTestHandler({
      credentials: { read: () => Promise.reject(shared), replace: async () => undefined },
    });
    const results = await Promise.allSettled([invoke(directEvent()), invoke(directEvent())]);
    for (const result of results) expect(result).toEqual({ status: 'rejected', reason: shared });
  });
});

describe('a request that is rejected before a secret is read', () => {
  const room = 4096 - JSON.stringify(directEvent({ note: '' })).length;
  const deep = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  const { pathParameters: _path, body: _body, ...bare } = httpEvent();

  it.each<[string, unknown, string]>([
    ['a body that is too large', httpEvent({ body: `{"a":"${'x'.repeat(4096)}"}` }), 'RequestTooLarge'],
    ['another content type', httpEvent({ contentType: 'text/plain' }), 'UnsupportedMediaType'],
    ['bytes that are not UTF-8', httpEvent({ bytes: Buffer.from([0x7b, 0xff, 0x7d]) }), 'RequestInvalid'],
    ['no path parameters and no body', bare, 'RequestInvalid'],
    ['an input of 4097 bytes', directEvent({ note: 'x'.repeat(room + 1) }), 'RequestTooLarge'],
    ['fewer characters of two bytes', directEvent({ note: 'é'.repeat(room - 1) }), 'RequestTooLarge'],
    ['an input that is nested too deeply to measure', deep, 'RequestTooLarge'],
    ['the token of another tenant', httpEvent({ claims: { tenant: 'globex' } }), 'TenantForbidden'],
    ['no token', httpEvent(), 'TenantForbidden'],
  ])('has %s', async (_name, event, expected) => {
    let reads = 0;
    const read = async () => {
      reads += 1;
      throw new Failure('TenantUnknown', 'd');
    };
    const given = { tenantClaim: 'tenant', credentials: { read, replace: async () => undefined } };
    const { code, logged } = await send(event, given);
    expect([code, logged?.outcome, reads]).toEqual([expected, expected, 0]);
    expect(logged).not.toHaveProperty('tenant_id');
  });

  it('has not the largest size, or the token of its tenant, or no token for the direct entry point', async () => {
    const authorized = httpEvent({ claims: { tenant: 'acme' } });
    const largest = directEvent({ note: 'x'.repeat(room) });
    for (const event of [authorized, largest]) {
      expect((await send(event, { tenantClaim: 'tenant' })).logged?.outcome).toBe('Verified');
    }
  });

  it('reports every problem of path and body', async () => {
    const path = { tenant_id: '..', waba_id: 'x' };
    const { body } = await send(httpEvent({ path, body: '{"id":1.5}' }));
    expect(getPointers(body.errors)).toEqual(['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp']);
    expect(getPointers((await send(bare)).body.errors)).toEqual(['/tenant_id', '/waba_id', '']);
  });
});

describe('the handler', () => {
  it('measures the whole request, and reports a cold start for the first one only', async () => {
    const verify = async () => {
      now += 20;
      return sampleSuccess;
    };
    const { invoke, events } = createTestHandler({ kaleyra: { verify } });
    await invoke(directEvent());
    now += 100;
    await invoke(httpEvent());
    expect(events).toMatchObject([
      { total_ms: 20, cold_start: true },
      { total_ms: 20, cold_start: false },
    ]);
  });

  it.each([httpEvent(), directEvent()])("passes on Lambda's remaining time: case %#", async (event) => {
    const deadlines: number[] = [];
    const verify = async (_command: unknown, _credentials: unknown, deadline: number) => {
      deadlines.push(deadline);
      return sampleSuccess;
    };
    await send(event, { kaleyra: { verify } }, lambdaContext(3000));
    await send(event, { kaleyra: { verify } }, lambdaContext(30_000));
    expect(deadlines).toEqual([2500, 10_000]);
  });

  it('is not ended early by Middy', async () => {
    const verify = async () => {
      timers.expire();
      return sampleSuccess;
    };
    const { logged } = await send(httpEvent(), { kaleyra: { verify } }, lambdaContext(1000));
    expect([logged?.outcome, timers.getPending()]).toEqual(['Verified', []]);
  });

  it('keeps concurrent requests apart', async () => {
    const release: (() => void)[] = [];
    const { invoke, events } = createTestHandler({
      credentials: {
        read: async (tenantId) => {
          await new Promise<void>((resolve) => release.unshift(resolve));
          return { sid: tenantId, apiKey: `fake-api-key-of-${tenantId}` };
        },
        replace: async () => undefined,
      },
      kaleyra: {
        verify: async ({ number }, { sid }) => ({ ...sampleSuccess, message: `${number.tenant_id} ${sid}` }),
      },
    });
    const tenants = Array.from({ length: 20 }, (_, index) => `t${index}`);
    const results = tenants.map((tenant_id) =>
      invoke(directEvent({ tenant_id }), { ...lambdaContext(), awsRequestId: tenant_id }),
    );
    while (release.length < tenants.length) await new Promise((resolve) => setImmediate(resolve));
    // In reverse order.
    for (const resolve of release) resolve();
    expect(await Promise.all(results)).toEqual(
      tenants.map((tenant_id) =>
        expect.objectContaining({ tenant_id, message: `${tenant_id} ${tenant_id}` }),
      ),
    );
    expect(events).toHaveLength(20);
    for (const event of events) expect(event.tenant_id).toBe(event.request_id);
  });
});
