/**
 * What an attacker would try, through both entry points over real sockets. A raw server plays Kaleyra and records what
 * reaches it; the sandbox's Secrets Manager records which secrets are read.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { sampleRequest } from '../../lib/reference/sample-request.ts';
import { createUnsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import { type RunningSandbox, startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { httpEvent } from '../support/events.ts';
import { useManualTimers } from '../support/manual-timers.ts';
import { rawSample } from '../support/raw-kaleyra.ts';
import { rawRequest, sendRaw } from '../support/raw-request.ts';
import { type RawServer, startRawServer, toRawResponse } from '../support/raw-server.ts';

/** Every request has to end, however long it takes. */
useManualTimers();

const { tenant_id, waba_id, ...bodyFields } = sampleRequest;

/** Tenants whose secrets try to break out of the URL or the header that they are part of. */
const poisonedTenants = [
  { tenantId: 'poisoned-sid', sid: 'A\r\nHost: elsewhere.invalid\r\nX: ', apiKey: 'fake-key' },
  { tenantId: 'poisoned-key', sid: 'A', apiKey: 'fake\r\nHost: elsewhere.invalid' },
];
const manyTenants = Array.from({ length: 20 }, (_, index) => ({
  tenantId: `tenant-${index}`,
  sid: `FAKESID${index}`,
  apiKey: `fake-api-key-of-tenant-${index}`,
}));

let kaleyra: RawServer;
let response: string | undefined;
let sandbox: RunningSandbox;
let withTokens: RunningSandbox;
const records: RequestEvent[] = [];
const secretsRead: (string | undefined)[] = [];

beforeAll(async () => {
  kaleyra = await startRawServer({
    onRequest: (socket) => socket.write(response ?? rawSample('success')),
  });
  const start = (environment: Record<string, string>) =>
    startSandbox({
      environment: { KALEYRA_BASE_URL: `http://127.0.0.1:${kaleyra.port}`, ...environment },
      tenants: [...poisonedTenants, ...manyTenants],
      emit: (event) => records.push(event),
      secretsManagerFault: ({ secretId }) => {
        secretsRead.push(secretId);
        return undefined;
      },
    });
  [sandbox, withTokens] = await Promise.all([start({}), start({ TENANT_CLAIM: 'tenant' })]);
});

afterAll(() => Promise.all([sandbox.close(), withTokens.close(), kaleyra.close()]));

let requestsBefore = 0;
const getKaleyraRequests = () => kaleyra.requests.slice(requestsBefore);
beforeEach(() => {
  response = undefined;
  records.length = 0;
  secretsRead.length = 0;
  requestsBefore = kaleyra.requests.length;
});

interface HttpResponse {
  readonly status: number;
  readonly head: string;
  readonly body: Record<string, unknown>;
}

/** Sends a request target unchanged, which HTTP clients do not do. */
const sendHttp = async (
  target: string,
  body: string = JSON.stringify(bodyFields),
  headers: readonly string[] = ['Content-Type: application/json'],
  to: RunningSandbox = sandbox,
): Promise<HttpResponse> => {
  const all = await sendRaw(Number(new URL(to.urls.http).port), rawRequest(target, headers, body));
  const at = all.indexOf('\r\n\r\n');
  const head = all.slice(0, at);
  return { status: Number(head.split(' ')[1]), head, body: JSON.parse(all.slice(at + 4)) };
};

const target = (tenant = tenant_id, waba = waba_id) => `/tenants/${tenant}/whatsapp/${waba}/number/verify`;

const sendDirect = async (
  input: string,
): Promise<{ functionError: string | null; body: Record<string, unknown> }> => {
  const result = await fetch(sandbox.urls.invoke, { method: 'POST', body: input });
  return {
    functionError: result.headers.get('x-amz-function-error'),
    body: (await result.json()) as Record<string, unknown>,
  };
};

const directInput = (differing: Record<string, unknown>) =>
  JSON.stringify({ ...sampleRequest, ...differing });

describe('a tenant id that is a path, a control character or a lookalike', () => {
  const names: readonly [inUrl: string, inInput: string][] = [
    ['%2e%2e', '..'],
    ['%252e%252e', '%2e%2e'],
    ['acme%2f..%2fglobex', 'acme/../globex'],
    ['acme%00', 'acme\u0000'],
    ['acme%0d%0aX-Injected:1', 'acme\r\nX-Injected:1'],
    ['%EF%BD%81cme', '\uff41cme'],
    ['acme%3Fx', 'acme?x'],
    ['a'.repeat(2000), 'a'.repeat(2000)],
  ];

  it.each(names)('%s is rejected before any secret is read', async (inUrl, inInput) => {
    const http = await sendHttp(target(inUrl));
    expect(http).toMatchObject({
      status: 400,
      body: { code: 'RequestInvalid', errors: [{ pointer: '/tenant_id' }] },
    });
    expect(http.head).not.toMatch(/x-injected/i);
    const { body } = await sendDirect(directInput({ tenant_id: inInput }));
    expect(body).toMatchObject({
      errorType: 'RequestInvalid',
      errorMessage: expect.stringMatching(/: tenant_id /),
    });
    expect([secretsRead, getKaleyraRequests()]).toEqual([[], []]);
  });

  it.each(['ACME', '__proto__'])('%s is another tenant, which is unknown', async (name) => {
    expect(await sendHttp(target(name))).toMatchObject({ status: 404, body: { code: 'TenantUnknown' } });
    expect(secretsRead).toEqual([`kaleyra/${name}`]);
    expect(getKaleyraRequests()).toEqual([]);
  });
});

describe('a token', () => {
  const sendWithToken = (claim: string | readonly string[], tenant: string) =>
    sendHttp(
      target(tenant),
      undefined,
      ['Content-Type: application/json', `Authorization: Bearer ${createUnsignedToken('tenant', claim)}`],
      withTokens,
    );

  it('for one tenant is forbidden for another, with the same response whether or not it exists', async () => {
    const responses = await Promise.all(
      ['globex', 'nobody', 'misconfigured'].map((tenant) => sendWithToken('acme', tenant)),
    );
    const seen = responses.map(({ status, body: { instance: _instance, ...body } }) => ({ status, body }));
    expect(seen[0]).toMatchObject({ status: 403, body: { code: 'TenantForbidden' } });
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
    // Nothing was read, so response times do not reveal it either.
    expect([secretsRead, getKaleyraRequests()]).toEqual([[], []]);
    for (const record of records) expect(record).not.toHaveProperty('tenant_id');
  });

  it('for a tenant is authorized for it', async () => {
    expect(await sendWithToken('acme', 'acme')).toMatchObject({ status: 200 });
    expect(await sendWithToken(['globex', 'acme'], 'acme')).toMatchObject({ status: 200 });
  });
});

describe('an event that imitates the other entry point', () => {
  it('has no effect as an HTTP body, not even with claims', async () => {
    const event = httpEvent({ claims: { tenant: 'globex' } });
    const body = JSON.stringify({
      ...event,
      tenant_id: 'globex',
      waba_id: '2',
      pathParameters: { tenant_id: 'globex' },
    });
    expect(await sendHttp(target(), body)).toMatchObject({ status: 400, body: { code: 'RequestInvalid' } });
    const both = JSON.stringify({
      ...bodyFields,
      tenant_id: 'globex',
      pathParameters: { tenant_id: 'globex' },
    });
    expect(await sendHttp(target(), both)).toMatchObject({ status: 200, body: { tenant_id: 'acme' } });
    expect(secretsRead).not.toContain('kaleyra/globex');
  });
});

describe('a body', () => {
  const withId = (id: string) => `"id":${id},"phone_number":"+919765412345","otp":"671242"}`;
  const polluting =
    '{"__proto__":{"otp":"671242","polluted":true},"constructor":{"prototype":{"otp":"671242"}}}';

  it.each<[string, string, string, number, string | null]>([
    ['pollutes prototypes', polluting, polluting, 400, 'Unhandled'],
    ['is nested', `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, '[[[]]]', 400, 'Unhandled'],
    ['is unclosed', '['.repeat(4000), '{}', 400, 'Unhandled'],
    // HTTP reads the source text. The direct entry point receives what Lambda's runtime parsed.
    ['has a large id', withId('9007199254740993'), withId('9007199254740993'), 200, 'Unhandled'],
    ['has an id of 0', withId('1e-400'), withId('1e-400'), 400, null],
  ])('that %s has the same result as in a unit test', async (_name, http, direct, status, error) => {
    expect((await sendHttp(target(), http.startsWith('"') ? `{${http}` : http)).status).toBe(status);
    const path = '{"tenant_id":"acme","waba_id":"1",';
    expect((await sendDirect(direct.startsWith('"') ? path + direct : direct)).functionError).toBe(error);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('with duplicate fields has the last value, through both entry points', async () => {
    const twice = `"id":"1","id":"2","otp":"000000","otp":"671242","phone_number":"+10000000000","phone_number":"+919765412345"`;
    expect(await sendHttp(target(), `{${twice}}`)).toMatchObject({ status: 200, body: { id: '2' } });
    const { body } = await sendDirect(`{"tenant_id":"globex","tenant_id":"acme","waba_id":"1",${twice}}`);
    expect(body).toMatchObject({ tenant_id: 'acme', id: '2' });
    expect(getKaleyraRequests().map(({ body: sent }) => sent)).toEqual(
      Array(2).fill('{"id":2,"phone_number":"+919765412345","otp":"671242"}'),
    );
  });
});

describe('the request to Kaleyra', () => {
  it('does not change with unknown fields or headers', async () => {
    const elsewhere = {
      host: 'elsewhere.invalid',
      sid: 'OTHER',
      apiKey: 'other',
      pod: 'EU',
      KALEYRA_BASE_URL: 'http://elsewhere.invalid',
    };
    const headers = [
      'Content-Type: application/json',
      'X-Forwarded-Host: elsewhere.invalid',
      'api-key: other',
      'Host: elsewhere.invalid',
    ];
    expect(await sendHttp(target(), JSON.stringify({ ...bodyFields, ...elsewhere }), headers)).toMatchObject({
      status: 200,
    });
    expect(await sendDirect(directInput(elsewhere))).toMatchObject({ body: { status: 'verified' } });
    const sent = getKaleyraRequests();
    expect(sent).toHaveLength(2);
    for (const { head, body } of sent) {
      expect(head.split('\r\n')[0]).toBe(
        'POST /v2/FAKESIDACME/whatsapp/109012345678901/number/verify HTTP/1.1',
      );
      expect(head).toMatch(/^api-key: fake-api-key-of-acme$/m);
      expect(head).not.toMatch(/elsewhere|other/i);
      expect(body).toBe('{"id":678997654123456,"phone_number":"+919765412345","otp":"671242"}');
    }
  });

  it.each([
    ['waba_id', '1/../../x'],
    ['waba_id', '1 HTTP/1.1\r\nHost: elsewhere.invalid\r\n\r\n'],
    ['id', '1","otp":"000000'],
    ['phone_number', '+919765412345\r\nX: 1'],
    ['otp', '671242"'],
  ])('is not sent with %s %j', async (name, value) => {
    const { body } = await sendDirect(directInput({ [name]: value }));
    expect(body).toMatchObject({ errorType: 'RequestInvalid' });
    expect(String(body['errorMessage'])).not.toContain(value);
    expect(getKaleyraRequests()).toEqual([]);
  });

  it('has a request id that callers cannot choose', async () => {
    const forged = 'forged\r\nX-Injected: forged';
    const http = await sendHttp(target('..'), undefined, [
      'Content-Type: application/json',
      'X-Amzn-RequestId: forged',
      'X-Request-Id: forged',
      'Lambda-Runtime-Aws-Request-Id: forged',
    ]);
    const event = httpEvent({ path: { tenant_id: '..', waba_id } });
    const { requestContext } = event;
    const imitation = {
      ...event,
      awsRequestId: forged,
      requestContext: { ...requestContext, requestId: forged },
    };
    const { body } = await sendDirect(JSON.stringify(imitation));
    const problems = [http.body, JSON.parse(String(body['body']))];
    const named = expect.stringMatching(/^urn:kaleyra-verify:request:[0-9a-f-]{36}$/);
    expect(problems).toEqual(Array(2).fill(expect.objectContaining({ status: 400, instance: named })));
    expect(JSON.stringify([http.head, body, records])).not.toMatch(/forged/i);
    expect(records).toHaveLength(2);
  });

  it.each(poisonedTenants.map(({ tenantId }) => tenantId))(
    'is not sent with the secret of %s',
    async (tenant) => {
      expect(await sendHttp(target(tenant))).toMatchObject({
        status: 500,
        body: { code: 'CredentialsMisconfigured' },
      });
      expect(getKaleyraRequests()).toEqual([]);
    },
  );
});

describe('the log and the responses', () => {
  /** The events as lines of the log. */
  const lines = () => records.map((record) => JSON.stringify(record));

  it.each([
    ['line breaks and forged lines', 'x\r\n{"level":"INFO","code":"Verified"}\n'],
    ['terminal escapes and other controls', '\u001b[2J\u0007\u009b31m\u202e\u2066\u2028\u0085'],
  ])('contain no %s from a request or from Kaleyra', async (_name, text) => {
    await sendHttp(target(), JSON.stringify({ ...bodyFields, otp: text, [text]: text }));
    await sendDirect(directInput({ tenant_id: text, phone_number: text }));
    response = toRawResponse(
      JSON.stringify({ code: `WA999${text}`, message: text, data: text, error: { [text]: text } }),
    );
    const { body } = await sendHttp(target());
    expect(body).toMatchObject({ code: 'UnexpectedResponse' });
    response = toRawResponse(JSON.stringify({ code: 'WA200', message: text, data: text }));
    const verified = await sendHttp(target());
    expect(verified.status).toBe(200);

    expect(records).toHaveLength(4);
    const output = JSON.stringify([records, body['kaleyra'], body['detail'], verified.body]);
    // JSON escapes control characters.
    expect(output).not.toMatch(/\\u00|\\n|\\r|[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
  });

  it('never contain a key or password that Kaleyra repeats, and the log never the whole phone number', async () => {
    const echo = 'fake-api-key-of-acme said 671242 for +919765412345';
    for (const code of ['WA200', 'WA400', 'RBC001', 'WA999']) {
      response = toRawResponse(JSON.stringify({ code, message: echo, data: echo, error: { error: echo } }));
      const { head, body } = await sendHttp(target());
      expect(head + JSON.stringify(body)).not.toMatch(/fake-api-key|671242/);
      const thrown = await sendDirect(directInput({}));
      expect(JSON.stringify(thrown)).not.toMatch(/fake-api-key|671242/);
      // Lambda logs what the direct entry point throws.
      if (thrown.functionError) expect(JSON.stringify(thrown)).not.toContain('919765412345');
    }
    expect(lines().join('\n')).not.toMatch(/fake-api-key|671242|91976541/);
  });
});

describe('concurrent requests of many tenants', () => {
  it('use their own SID and key, and get their own result', async () => {
    const jobs = Array.from({ length: 400 }, (_, index) => ({
      tenant: manyTenants[(index * 7) % manyTenants.length],
      waba: String(index + 1),
      breaks: index % 3,
    }));
    const responses = await Promise.all(
      jobs.map(async ({ tenant, waba, breaks }) => {
        const name = breaks === 0 ? `nobody-${waba}` : (tenant?.tenantId ?? '');
        if (breaks === 1)
          return sendDirect(directInput({ tenant_id: name, waba_id: waba })).then(({ body }) => body);
        return sendHttp(target(name, waba)).then(({ body }) => body);
      }),
    );
    for (const [index, body] of responses.entries()) {
      const { tenant, waba, breaks } = jobs[index] ?? {};
      if (breaks === 0) expect(body).toMatchObject({ code: 'TenantUnknown' });
      else expect(body).toMatchObject({ status: 'verified', tenant_id: tenant?.tenantId, waba_id: waba });
    }
    const sent = getKaleyraRequests();
    expect(sent).toHaveLength(jobs.filter(({ breaks }) => breaks > 0).length);
    for (const { head } of sent) {
      const [, sid, waba] = /^POST \/v2\/(\w+)\/whatsapp\/(\d+)\//.exec(head) ?? [];
      const tenant = jobs[Number(waba) - 1]?.tenant;
      expect(sid).toBe(tenant?.sid);
      expect(head).toMatch(new RegExp(`^api-key: ${tenant?.apiKey}$`, 'm'));
    }
    // One read per tenant, and one per invented id.
    expect(secretsRead).toHaveLength(manyTenants.length + jobs.length - sent.length);
  });
});
