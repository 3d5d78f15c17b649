/**
 * What an attacker would try, by both public entry points over real sockets. Kaleyra is a server that tells what reached it;
 * which secrets were asked for is told by the sandbox's Secrets Manager.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { unsignedToken } from '../../lib/sandbox/gateway/jwt-claims.ts';
import { sampleRequest } from '../../lib/sandbox/sample-request.ts';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.ts';
import { httpEvent } from '../support/events.ts';
import { rawSample } from '../support/raw-kaleyra.ts';
import { rawRequest, sendRaw } from '../support/raw-request.ts';
import { type RawServer, rawAnswer, startRawServer } from '../support/raw-server.ts';

const { tenant_id, waba_id, ...bodyFields } = sampleRequest;

/** Tenants whose secrets were meant to break out of the URL or the header that they go into. */
const poisonedTenants = [
  { tenantId: 'poisoned-sid', sid: 'A\r\nHost: elsewhere.invalid\r\nX: ', apiKey: 'fake-key' },
  { tenantId: 'climbing-sid', sid: '../../v1/A', apiKey: 'fake-key' },
  { tenantId: 'other-host-sid', sid: '@elsewhere.invalid/', apiKey: 'fake-key' },
  { tenantId: 'query-sid', sid: 'A?x=', apiKey: 'fake-key' },
  { tenantId: 'poisoned-key', sid: 'A', apiKey: 'fake\r\nHost: elsewhere.invalid' },
  { tenantId: 'null-key', sid: 'A', apiKey: 'fake\u0000key' },
];
const manyTenants = Array.from({ length: 20 }, (_, index) => ({
  tenantId: `tenant-${index}`,
  sid: `FAKESID${index}`,
  apiKey: `fake-api-key-of-tenant-${index}`,
}));

let kaleyra: RawServer;
let answer: string | undefined;
let sandbox: Sandbox;
let withTokens: Sandbox;
const records: RequestEvent[] = [];
const secretsAsked: (string | undefined)[] = [];

beforeAll(async () => {
  kaleyra = await startRawServer({
    onRequest: (socket) => socket.write(answer ?? rawSample('success')),
  });
  const start = (environment: Record<string, string>) =>
    startSandbox({
      environment: { KALEYRA_BASE_URL: `http://127.0.0.1:${kaleyra.port}`, ...environment },
      tenants: [...poisonedTenants, ...manyTenants],
      record: (record) => records.push(record),
      secretsManagerFault: ({ secretId }) => {
        secretsAsked.push(secretId);
        return undefined;
      },
    });
  [sandbox, withTokens] = await Promise.all([start({}), start({ TENANT_CLAIM: 'tenant' })]);
});

afterAll(() => Promise.all([sandbox.close(), withTokens.close(), kaleyra.close()]));

let requestsBefore = 0;
const reachedKaleyra = () => kaleyra.requests.slice(requestsBefore);
beforeEach(() => {
  answer = undefined;
  records.length = 0;
  secretsAsked.length = 0;
  requestsBefore = kaleyra.requests.length;
});

interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Record<string, unknown>;
}

/** Sends a target as it stands, which no HTTP client does. */
const overHttp = async (
  target: string,
  body: string = JSON.stringify(bodyFields),
  headers: readonly string[] = ['Content-Type: application/json'],
  to: Sandbox = sandbox,
): Promise<HttpAnswer> => {
  const all = await sendRaw(Number(new URL(to.urls.http).port), rawRequest(target, headers, body));
  const at = all.indexOf('\r\n\r\n');
  const head = all.slice(0, at);
  return { status: Number(head.split(' ')[1]), head, body: JSON.parse(all.slice(at + 4)) };
};

const target = (tenant = tenant_id, waba = waba_id) => `/tenants/${tenant}/whatsapp/${waba}/number/verify`;

const direct = async (
  input: string,
): Promise<{ functionError: string | null; body: Record<string, unknown> }> => {
  const response = await fetch(sandbox.urls.invoke, { method: 'POST', body: input });
  return {
    functionError: response.headers.get('x-amz-function-error'),
    body: (await response.json()) as Record<string, unknown>,
  };
};

const directInput = (differing: Record<string, unknown>) =>
  JSON.stringify({ ...sampleRequest, ...differing });

describe('a tenant name that climbs', () => {
  const names: readonly [inUrl: string, inInput: string][] = [
    ['..', '..'],
    ['%2e%2e', '..'],
    ['%252e%252e', '%2e%2e'],
    ['..%2fglobex', '../globex'],
    ['acme%2f..%2fglobex', 'acme/../globex'],
    ['%2fglobex', '/globex'],
    ['kaleyra%2fglobex', 'kaleyra/globex'],
    ['acme%00', 'acme\u0000'],
    ['acme%0d%0aX-Injected:1', 'acme\r\nX-Injected:1'],
    ['acm%D0%B5', 'acm\u0435'],
    ['%EF%BD%81cme', '\uff41cme'],
    ['acm%65%CC%81', 'acme\u0301'],
    ['acm%C3%A9', 'acmé'],
    ['acme%20', 'acme '],
    ['acme%3Fx', 'acme?x'],
    ['arn:aws:secretsmanager:ap-south-1:000000000000:secret:kaleyra', 'arn:aws:x'],
    ['a'.repeat(65), 'a'.repeat(65)],
    ['a'.repeat(2000), 'a'.repeat(2000)],
  ];

  it.each(names)('%s is refused before any secret is asked for', async (inUrl, inInput) => {
    const http = await overHttp(target(inUrl));
    expect(http).toMatchObject({
      status: 400,
      body: { code: 'RequestInvalid', errors: [{ pointer: '/tenant_id' }] },
    });
    expect(http.head).not.toMatch(/x-injected/i);
    const { body } = await direct(directInput({ tenant_id: inInput }));
    expect(body).toMatchObject({
      errorType: 'RequestInvalid',
      errorMessage: expect.stringContaining('tenant_id must be a string of 1-64 of A-Z a-z 0-9 _ -.'),
    });
    expect([secretsAsked, reachedKaleyra()]).toEqual([[], []]);
  });

  it.each(['ACME', 'Acme', 'acme-', '_acme', '__proto__', 'constructor'])(
    '%s is somebody else, and unknown',
    async (name) => {
      expect(await overHttp(target(name))).toMatchObject({ status: 404, body: { code: 'TenantUnknown' } });
      expect(secretsAsked).toEqual([`kaleyra/${name}`]);
      expect(reachedKaleyra()).toEqual([]);
    },
  );
});

describe('a token', () => {
  const asking = (claim: string | readonly string[], tenant: string) =>
    overHttp(
      target(tenant),
      undefined,
      ['Content-Type: application/json', `Authorization: Bearer ${unsignedToken('tenant', claim)}`],
      withTokens,
    );

  it("for one tenant does not open another's path, and tells nothing of who exists", async () => {
    const answers = await Promise.all(
      ['globex', 'nobody', 'misconfigured'].map((tenant) => asking('acme', tenant)),
    );
    const seen = answers.map(({ status, body: { instance: _instance, ...body } }) => ({ status, body }));
    expect(seen[0]).toMatchObject({ status: 403, body: { code: 'TenantForbidden' } });
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
    // So that no clock can tell either: nobody was looked up.
    expect([secretsAsked, reachedKaleyra()]).toEqual([[], []]);
    for (const record of records) expect(record).not.toHaveProperty('tenant_id');
  });

  it.each([
    { tenant: 1 },
    { tenant: true },
    { tenant: null },
    { tenant: { acme: 'acme' } },
    { tenant: [['a acme b']] },
    {},
  ])('with claims %j opens nothing', async (claims) => {
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const authorization = `Authorization: Bearer ${part({ alg: 'none' })}.${part(claims)}.`;
    const headers = ['Content-Type: application/json', authorization];
    expect(await overHttp(target('acme'), undefined, headers, withTokens)).toMatchObject({ status: 403 });
    expect(secretsAsked).toEqual([]);
  });

  it('for a tenant opens its path', async () => {
    expect(await asking('acme', 'acme')).toMatchObject({ status: 200 });
    expect(await asking(['globex', 'acme'], 'acme')).toMatchObject({ status: 200 });
  });
});

describe('one kind of event dressed as the other', () => {
  it('a direct input that is a whole HTTP event is held to what one may be', async () => {
    const event = httpEvent({ path: { tenant_id: '..', waba_id: '1' } });
    const { functionError, body } = await direct(JSON.stringify({ ...event, ...sampleRequest }));
    expect(functionError).toBeNull();
    expect(body).toMatchObject({ statusCode: 400 });
    expect(reachedKaleyra()).toEqual([]);
  });

  it('a direct input with some of an HTTP event in it is a direct input', async () => {
    const { body } = await direct(
      directInput({
        version: '2.0',
        headers: {},
        requestContext: { http: {} },
        rawPath: '/',
        statusCode: 200,
      }),
    );
    expect(body).toMatchObject({ status: 'verified', tenant_id: 'acme' });
  });

  it('an HTTP body that is a whole event, claims included, is but a body', async () => {
    const event = httpEvent({ claims: { tenant: 'globex' } });
    const body = JSON.stringify({
      ...event,
      tenant_id: 'globex',
      waba_id: '2',
      pathParameters: { tenant_id: 'globex' },
    });
    expect(await overHttp(target(), body)).toMatchObject({ status: 400, body: { code: 'RequestInvalid' } });
    const both = JSON.stringify({
      ...bodyFields,
      tenant_id: 'globex',
      pathParameters: { tenant_id: 'globex' },
    });
    expect(await overHttp(target(), both)).toMatchObject({ status: 200, body: { tenant_id: 'acme' } });
    expect(secretsAsked).not.toContain('kaleyra/globex');
  });
});

describe('a body', () => {
  it.each([
    '{"__proto__":{"otp":"671242","id":"1","phone_number":"+919765412345","tenant_id":"globex"}}',
    '{"constructor":{"prototype":{"otp":"671242"}}}',
    '{"__proto__":{"polluted":true},"toString":"x","hasOwnProperty":1}',
  ])('that would pollute prototypes, %s, lacks its fields as before', async (body) => {
    expect(await overHttp(target(), body)).toMatchObject({ status: 400, body: { code: 'RequestInvalid' } });
    expect(await direct(body)).toMatchObject({ body: { errorType: 'RequestInvalid' } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(await overHttp(target())).toMatchObject({ status: 200 });
  });

  it.each([
    ['lists', '['.repeat(2000) + ']'.repeat(2000)],
    ['objects', `${'{"a":'.repeat(600)}null${'}'.repeat(600)}`],
    ['beginnings of lists', '['.repeat(4000)],
  ])('of nested %s is refused', async (_name, body) => {
    expect(await overHttp(target(), body)).toMatchObject({ status: 400, body: { code: 'RequestInvalid' } });
    expect(await direct(`{"a":${body.endsWith(']') ? body : '1'}}`)).toMatchObject({
      body: { errorType: 'RequestInvalid' },
    });
  });

  const withId = (id: string) => `"id":${id},"phone_number":"+919765412345","otp":"671242"}`;

  it.each(['1e400', '1'.repeat(3000), '-1', '0.1'])('with the id %s is rejected', async (id) => {
    expect((await overHttp(target(), `{${withId(id)}`)).status).toBe(400);
    const { functionError } = await direct(`{"tenant_id":"acme","waba_id":"1",${withId(id)}`);
    expect(functionError).toBe('Unhandled');
  });

  it.each([
    // HTTP reads the source text. The direct entry point receives what Lambda's runtime parsed.
    ['9007199254740993', 200, 'Unhandled'],
    ['1e-400', 400, null],
    ['1.0', 400, null],
  ])('with the id %s has status %s over HTTP, and the error %s directly', async (id, status, error) => {
    expect((await overHttp(target(), `{${withId(id)}`)).status).toBe(status);
    const { functionError } = await direct(`{"tenant_id":"acme","waba_id":"1",${withId(id)}`);
    expect(functionError).toBe(error);
  });

  it('with fields twice is what the last of them say, by both entry points', async () => {
    const twice = `"id":"1","id":"2","otp":"000000","otp":"671242","phone_number":"+10000000000","phone_number":"+919765412345"`;
    expect(await overHttp(target(), `{${twice}}`)).toMatchObject({ status: 200, body: { id: '2' } });
    const { body } = await direct(`{"tenant_id":"globex","tenant_id":"acme","waba_id":"1",${twice}}`);
    expect(body).toMatchObject({ tenant_id: 'acme', id: '2' });
    expect(reachedKaleyra().map(({ body: sent }) => sent)).toEqual(
      Array(2).fill('{"id":2,"phone_number":"+919765412345","otp":"671242"}'),
    );
  });
});

describe('no field says where a request goes or what else is in it', () => {
  it('neither one that nobody asked for', async () => {
    const elsewhere = {
      host: 'elsewhere.invalid',
      url: 'http://elsewhere.invalid/',
      api_domain: 'elsewhere.invalid',
      endpoint: 'elsewhere.invalid',
      sid: 'OTHER',
      'api-key': 'other',
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
    expect(await overHttp(target(), JSON.stringify({ ...bodyFields, ...elsewhere }), headers)).toMatchObject({
      status: 200,
    });
    expect(await direct(directInput(elsewhere))).toMatchObject({ body: { status: 'verified' } });
    const sent = reachedKaleyra();
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
    ['waba_id', '../../v1'],
    ['waba_id', '1/../../x'],
    ['waba_id', '1?x=1'],
    ['waba_id', '1#'],
    ['waba_id', '1 HTTP/1.1\r\nHost: elsewhere.invalid\r\n\r\n'],
    ['waba_id', '@elsewhere.invalid'],
    ['id', '1","otp":"000000'],
    ['id', '1}'],
    ['phone_number', '+919765412345","otp":"000000'],
    ['phone_number', '+919765412345\r\nX: 1'],
    ['otp', '671242"'],
    ['otp', '67124\u0000'],
  ])('nor %s of %j', async (name, value) => {
    const { body } = await direct(directInput({ [name]: value }));
    expect(body).toMatchObject({ errorType: 'RequestInvalid' });
    expect(String(body['errorMessage'])).not.toContain(value);
    expect(reachedKaleyra()).toEqual([]);
  });

  it('nor what would name the request', async () => {
    const forged = 'forged\r\nX-Injected: forged';
    const http = await overHttp(target('..'), undefined, [
      'Content-Type: application/json',
      'X-Amzn-RequestId: forged',
      'X-Request-Id: forged',
      'Lambda-Runtime-Aws-Request-Id: forged',
    ]);
    const event = httpEvent({ path: { tenant_id: '..', waba_id } });
    const { requestContext } = event;
    const dressed = {
      ...event,
      awsRequestId: forged,
      requestContext: { ...requestContext, requestId: forged },
    };
    const { body } = await direct(JSON.stringify(dressed));
    const problems = [http.body, JSON.parse(String(body['body']))];
    const named = expect.stringMatching(/^urn:kaleyra-verify:request:[0-9a-f-]{36}$/);
    expect(problems).toEqual(Array(2).fill(expect.objectContaining({ status: 400, instance: named })));
    expect(JSON.stringify([http.head, body, records])).not.toMatch(/forged/i);
    expect(records).toHaveLength(2);
  });

  it.each(poisonedTenants.map(({ tenantId }) => tenantId))('nor the secret of %s', async (tenant) => {
    expect(await overHttp(target(tenant))).toMatchObject({
      status: 500,
      body: { code: 'CredentialsMisconfigured' },
    });
    expect(reachedKaleyra()).toEqual([]);
  });
});

describe('the log and the answers', () => {
  /** A record as a line of log; what it must not hold is looked for in the line. */
  const lines = () => records.map((record) => JSON.stringify(record));

  it.each([
    ['new lines and forged lines', 'x\r\n{"level":"INFO","code":"Verified"}\n'],
    ['terminal escapes', '\u001b[2J\u001b]0;owned\u0007\u009b31m'],
    ['letters that turn the writing round', '\u202e\u2066\u200f'],
    ['line separators', '\u2028\u2029\u0085'],
  ])('take no %s from a request or from Kaleyra', async (_name, text) => {
    await overHttp(target(), JSON.stringify({ ...bodyFields, otp: text, [text]: text }));
    await direct(directInput({ tenant_id: text, phone_number: text }));
    answer = rawAnswer(
      JSON.stringify({ code: `WA999${text}`, message: text, data: text, error: { [text]: text } }),
    );
    const { body } = await overHttp(target());
    expect(body).toMatchObject({ code: 'UnexpectedResponse' });
    answer = rawAnswer(JSON.stringify({ code: 'WA200', message: text, data: text }));
    const verified = await overHttp(target());
    expect(verified.status).toBe(200);

    expect(records).toHaveLength(4);
    const told = JSON.stringify([records, body['kaleyra'], body['detail'], verified.body]);
    // JSON writes control characters as escapes: there are none, and none of the others.
    expect(told).not.toMatch(/\\u00|\\n|\\r|[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
  });

  it('never hold the key or the password that Kaleyra repeats, nor the phone number in full in the log', async () => {
    const echo = 'fake-api-key-of-acme said 671242 for +919765412345';
    for (const code of ['WA200', 'WA400', 'RBC001', 'WA999']) {
      answer = rawAnswer(JSON.stringify({ code, message: echo, data: echo, error: { error: echo } }));
      const { head, body } = await overHttp(target());
      expect(head + JSON.stringify(body)).not.toMatch(/fake-api-key|671242/);
      const thrown = await direct(directInput({}));
      expect(JSON.stringify(thrown)).not.toMatch(/fake-api-key|671242/);
      // What the direct entry point throws is logged by Lambda as it is.
      if (thrown.functionError) expect(JSON.stringify(thrown)).not.toContain('919765412345');
    }
    expect(lines().join('\n')).not.toMatch(/fake-api-key|671242|91976541/);
  });
});

describe('guessing tenant names', () => {
  it('costs one read a name, however often it is tried', async () => {
    for (let count = 0; count < 10; count += 1) await overHttp(target('guessed'));
    expect(secretsAsked).toEqual(['kaleyra/guessed']);
  });
});

describe('many tenants at once', () => {
  it('each go out with their own SID and key, and each get their own answer, whatever becomes of the others', async () => {
    const jobs = Array.from({ length: 400 }, (_, index) => ({
      tenant: manyTenants[(index * 7) % manyTenants.length],
      waba: String(index + 1),
      breaks: index % 3,
    }));
    const answers = await Promise.all(
      jobs.map(async ({ tenant, waba, breaks }) => {
        const name = breaks === 0 ? `nobody-${waba}` : (tenant?.tenantId ?? '');
        if (breaks === 1)
          return direct(directInput({ tenant_id: name, waba_id: waba })).then(({ body }) => body);
        return overHttp(target(name, waba)).then(({ body }) => body);
      }),
    );
    for (const [index, body] of answers.entries()) {
      const { tenant, waba, breaks } = jobs[index] ?? {};
      if (breaks === 0) expect(body).toMatchObject({ code: 'TenantUnknown' });
      else expect(body).toMatchObject({ status: 'verified', tenant_id: tenant?.tenantId, waba_id: waba });
    }
    const sent = reachedKaleyra();
    expect(sent).toHaveLength(jobs.filter(({ breaks }) => breaks > 0).length);
    for (const { head } of sent) {
      const [, sid, waba] = /^POST \/v2\/(\w+)\/whatsapp\/(\d+)\//.exec(head) ?? [];
      const tenant = jobs[Number(waba) - 1]?.tenant;
      expect(sid).toBe(tenant?.sid);
      expect(head).toMatch(new RegExp(`^api-key: ${tenant?.apiKey}$`, 'm'));
    }
    // One read a tenant, and one a made-up name.
    expect(secretsAsked).toHaveLength(manyTenants.length + jobs.length - sent.length);
  });
});
