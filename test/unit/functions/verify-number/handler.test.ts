import { describe, expect, it } from '@jest/globals';
import { directEvent, httpEvent, lambdaContext } from '../../../support/events.ts';
import { createTestHandler } from '../../../support/test-handler.ts';

/** Which channel took the event: it stands in the record. */
const faceOf = async (event: unknown) => {
  const { invoke, records } = createTestHandler();
  await invoke(event).catch(() => {});
  expect(records).toHaveLength(1);
  return records[0]?.channel;
};

const without = (event: object, name: string) =>
  Object.fromEntries(Object.entries(event).filter(([field]) => field !== name));

describe('the entry points are told apart', () => {
  it('an API Gateway v2 event is HTTP', async () => {
    expect(await faceOf(httpEvent())).toBe('http');
    expect(await faceOf(httpEvent({ body: 'not JSON', path: {}, contentType: null }))).toBe('http');
  });

  it('the fields in one flat object are direct', async () => {
    expect(await faceOf(directEvent())).toBe('direct');
  });

  it.each(['version', 'routeKey', 'rawPath', 'headers', 'requestContext', 'isBase64Encoded'])(
    'an event that lacks %s is direct',
    async (name) => {
      expect(await faceOf(without(httpEvent(), name))).toBe('direct');
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
  ])('an event whose %s is %j is direct', async (name, value) => {
    expect(await faceOf({ ...httpEvent(), [name]: value })).toBe('direct');
  });

  it.each([null, undefined, 'text', 42, true, [], [httpEvent()], {}])('%j is direct', async (event) => {
    expect(await faceOf(event)).toBe('direct');
  });

  it("an event of API Gateway's REST API is direct, and refused for what it lacks", async () => {
    const { version: _version, rawPath: _rawPath, ...rest } = httpEvent();
    const event = { ...rest, resource: '/', path: '/', httpMethod: 'POST' };
    await expect(createTestHandler().invoke(event)).rejects.toMatchObject({ name: 'RequestInvalid' });
  });

  it('a direct input with fields of an HTTP event beside its own stays direct', async () => {
    const event = directEvent({ version: '2.0', headers: {}, requestContext: {}, body: '{}', routeKey: 'x' });
    await expect(createTestHandler().invoke(event)).resolves.toMatchObject({ status: 'verified' });
  });

  it('an HTTP event with the fields of a direct one beside its own is held to path and body', async () => {
    const verified: unknown[] = [];
    const { invoke } = createTestHandler({
      kaleyra: {
        verify: async (command) => {
          verified.push(command.tenant_id);
          return { code: 'WA200', message: 'm' };
        },
      },
    });
    await invoke({ ...httpEvent(), ...directEvent({ tenant_id: 'globex' }) });
    expect(verified).toEqual(['acme']);
  });
});

describe('requests at the same time', () => {
  it('each keep their own trace and answer', async () => {
    const { invoke, records } = createTestHandler({
      credentials: {
        read: async (tenantId) => {
          await new Promise((resolve) => setTimeout(resolve, tenantId.length));
          return { sid: tenantId, apiKey: `fake-api-key-of-${tenantId}` };
        },
        replace: async () => undefined,
      },
      kaleyra: {
        verify: async (command, { sid }) => ({ code: 'WA200', message: `${command.tenant_id} with ${sid}` }),
      },
    });
    const tenants = Array.from({ length: 20 }, (_, index) => 't'.repeat(20 - index));
    const answers = await Promise.all(
      tenants.map((tenant_id) =>
        invoke(directEvent({ tenant_id }), { ...lambdaContext(), awsRequestId: tenant_id }),
      ),
    );
    expect(answers).toEqual(
      tenants.map((tenant_id) =>
        expect.objectContaining({ tenant_id, message: `${tenant_id} with ${tenant_id}` }),
      ),
    );
    expect(records).toHaveLength(20);
    for (const record of records) expect(record.tenant_id).toBe(record.request_id);
  });
});
