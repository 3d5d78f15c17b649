import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { directEvent, httpEvent, lambdaContext } from '../../../../support/events.ts';
import { createTestHandler, sampleSuccess } from '../../../../support/test-handler.ts';

/** The entry point that handled the event, from the log event. */
const getChannel = async (event: unknown) => {
  const { invoke, events } = createTestHandler();
  await invoke(event).catch(() => {});
  expect(events).toHaveLength(1);
  return events[0]?.channel;
};

const omit = (event: object, name: string) =>
  Object.fromEntries(Object.entries(event).filter(([field]) => field !== name));

describe('the handler', () => {
  it('measures a request from its start', async () => {
    const { invoke, events } = createTestHandler();
    const startedAt = performance.now();
    await invoke(directEvent());
    expect(events[0]?.total_ms).toBeLessThanOrEqual(Math.ceil(performance.now() - startedAt));
  });
});

describe('the handler selects the HTTP entry point', () => {
  it('for an HTTP API event, whatever its body', async () => {
    expect(await getChannel(httpEvent())).toBe('http');
    expect(await getChannel(httpEvent({ body: 'not JSON', path: {}, contentType: null }))).toBe('http');
  });

  it('for an HTTP API event with the fields of a direct input, and uses path and body only', async () => {
    const verified: unknown[] = [];
    const { invoke } = createTestHandler({
      kaleyra: {
        verify: async ({ number }) => {
          verified.push(number.tenant_id);
          return sampleSuccess;
        },
      },
    });
    await invoke({ ...httpEvent(), ...directEvent({ tenant_id: 'globex' }) });
    expect(verified).toEqual(['acme']);
  });
});

describe('the handler selects the direct entry point', () => {
  it('for all fields in one flat object', async () => {
    expect(await getChannel(directEvent())).toBe('direct');
  });

  it.each(['version', 'routeKey', 'rawPath', 'headers', 'requestContext', 'isBase64Encoded'])(
    'for an HTTP API event without %s',
    async (name) => {
      expect(await getChannel(omit(httpEvent(), name))).toBe('direct');
    },
  );

  it.each([
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
    expect(await getChannel({ ...httpEvent(), [name]: value })).toBe('direct');
  });

  it.each([null, undefined, 'text', 42, true, [], [httpEvent()], {}])('for %j', async (event) => {
    expect(await getChannel(event)).toBe('direct');
  });

  it('for a REST API event, and rejects it for its missing fields', async () => {
    const { version: _version, rawPath: _rawPath, ...rest } = httpEvent();
    const event = { ...rest, resource: '/', path: '/', httpMethod: 'POST' };
    await expect(createTestHandler().invoke(event)).rejects.toMatchObject({ name: 'RequestInvalid' });
  });

  it('for a direct input with some fields of an HTTP API event', async () => {
    const event = directEvent({ version: '2.0', headers: {}, requestContext: {}, body: '{}', routeKey: 'x' });
    await expect(createTestHandler().invoke(event)).resolves.toMatchObject({ status: 'verified' });
  });
});

describe('the handler', () => {
  it('reports a cold start for its first request only', async () => {
    const { invoke, events } = createTestHandler();
    await invoke(directEvent());
    await invoke(httpEvent());
    expect(events.map(({ cold_start }) => cold_start)).toEqual([true, false]);
  });

  it.each([
    ['http', httpEvent()],
    ['direct', directEvent()],
  ])('emits one event for a failed %s request', async (channel, event) => {
    const { invoke, events } = createTestHandler({
      kaleyra: { verify: () => Promise.reject(new Failure('OtpRejected', 'd')) },
    });
    await invoke(event).catch(() => {});
    expect(events).toEqual([expect.objectContaining({ channel, outcome: 'OtpRejected', tenant_id: 'acme' })]);
  });

  it('measures the whole request', async () => {
    const { invoke, events } = createTestHandler({
      kaleyra: {
        verify: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return sampleSuccess;
        },
      },
    });
    await invoke(directEvent());
    expect(events[0]?.total_ms).toBeGreaterThanOrEqual(Number(events[0]?.kaleyra_ms));
    expect(events[0]?.total_ms).toBeGreaterThan(15);
  });

  it('keeps concurrent requests apart', async () => {
    const { invoke, events } = createTestHandler({
      credentials: {
        read: async (tenantId) => {
          await new Promise((resolve) => setTimeout(resolve, tenantId.length));
          return { sid: tenantId, apiKey: `fake-api-key-of-${tenantId}` };
        },
        replace: async () => undefined,
      },
      kaleyra: {
        verify: async ({ number }, { sid }) => ({ ...sampleSuccess, message: `${number.tenant_id} ${sid}` }),
      },
    });
    const tenants = Array.from({ length: 20 }, (_, index) => 't'.repeat(20 - index));
    const results = await Promise.all(
      tenants.map((tenant_id) =>
        invoke(directEvent({ tenant_id }), { ...lambdaContext(), awsRequestId: tenant_id }),
      ),
    );
    expect(results).toEqual(
      tenants.map((tenant_id) =>
        expect.objectContaining({ tenant_id, message: `${tenant_id} ${tenant_id}` }),
      ),
    );
    expect(events).toHaveLength(20);
    for (const event of events) expect(event.tenant_id).toBe(event.request_id);
  });
});
