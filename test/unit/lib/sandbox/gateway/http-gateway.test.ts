import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { startHttpGateway } from '../../../../../lib/sandbox/gateway/http-gateway.ts';
import type { LambdaContext } from '../../../../../lib/sandbox/gateway/lambda-context.ts';
import type { LoopbackServer } from '../../../../../lib/sandbox/loopback/loopback-server.ts';
import { createCallRecorder } from '../../../../../lib/sandbox/trace/call-recorder.ts';
import type { RejectedRequest } from '../../../../../lib/sandbox/trace/traced-call.ts';
import { rawRequest, sendRaw } from '../../../../support/raw-request.ts';

interface Call {
  readonly event: APIGatewayProxyEventV2WithJWTAuthorizer;
  readonly context: LambdaContext;
}

const route = '/tenants/acme/whatsapp/109012345678901/number/verify';
const invokePath = '/2015-03-31/functions/verify-phone-number/invocations';
const json = 'Content-Type: application/json';

let calls: Call[] = [];
let rejections: RejectedRequest[] = [];
let result: unknown;
let open: LoopbackServer;
let guarded: LoopbackServer;
const recorder = createCallRecorder();

beforeAll(async () => {
  const handler = async (event: unknown, context: LambdaContext): Promise<unknown> => {
    calls.push({ event: event as Call['event'], context });
    if (result instanceof Error) throw result;
    return result;
  };
  const options = {
    port: 0,
    lambda: () => ({ handler, region: 'ap-south-1', timeoutMs: 17_000 }),
    recorder,
    onRejected: (rejected: RejectedRequest) => rejections.push(rejected),
  };
  open = await startHttpGateway({ ...options, needsToken: false });
  guarded = await startHttpGateway({ ...options, needsToken: true });
});

afterAll(() => Promise.all([open.close(), guarded.close()]));

beforeEach(() => {
  calls = [];
  rejections = [];
  result = { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
});

const send = (target: string, headers: readonly string[] = [json], body: string | Buffer = '{}', to = open) =>
  sendRaw(to.port, rawRequest(target, headers, body));

const sendWithHost = (host: string) =>
  sendRaw(open.port, rawRequest(route, [json], '{}').toString().replace('Host: 127.0.0.1', `Host: ${host}`));

/** Sends a request to the route. @returns the event that the function received */
const readEvent = async (headers: readonly string[] = [json], body: string | Buffer = '{}', to = open) => {
  await send(route, headers, body, to);
  expect(calls).toHaveLength(1);
  return calls[0]?.event as Call['event'];
};

describe('the event', () => {
  it('has the form of an HTTP API event, payload format 2.0', async () => {
    await send(`${route}?a=1&a=2&b=x%20y`, [json, 'User-Agent: test', 'X-Two: 1', 'X-TWO: 2'], '{"id":1}');

    const routeKey = 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify';
    expect(calls[0]?.event).toEqual({
      version: '2.0',
      routeKey,
      rawPath: route,
      rawQueryString: 'a=1&a=2&b=x%20y',
      headers: {
        host: '127.0.0.1',
        connection: 'close',
        'content-length': '8',
        'content-type': 'application/json',
        'user-agent': 'test',
        'x-two': '1,2',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(open.port),
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { a: '1,2', b: 'x y' },
      pathParameters: { tenant_id: 'acme', waba_id: '109012345678901' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'sandbox',
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: { method: 'POST', path: route, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.any(String),
        routeKey,
        stage: '$default',
        time: expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"id":1}',
      isBase64Encoded: false,
    });
  });

  it('comes with a context that counts down from the function’s own time', async () => {
    await readEvent();

    const context = calls[0]?.context;
    expect(context).toMatchObject({
      functionName: 'verify-phone-number',
      invokedFunctionArn: 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context?.getRemainingTimeInMillis()).toBeLessThanOrEqual(17_000);
  });

  it('has cookies instead of their header', async () => {
    const { cookies, headers } = await readEvent([json, 'Cookie: a=1; b=2']);

    expect(cookies).toEqual(['a=1', 'b=2']);
    expect(headers).not.toHaveProperty('cookie');
  });

  const text = Buffer.from('{"a":"é"}');
  it.each([
    ['application/json', false, text],
    ['Application/JSON; charset=utf-8', false, text],
    ['text/plain', false, text],
    ['application/vnd.x+json', true, text],
    [undefined, true, text],
    ['application/json', true, Buffer.from([0x22, 0xff, 0x22])],
  ])('has a body of content type %s with isBase64Encoded %s', async (contentType, isBase64, sent) => {
    const { body = '', isBase64Encoded } = await readEvent(
      contentType === undefined ? [] : [`Content-Type: ${contentType}`],
      sent,
    );

    expect(isBase64Encoded).toBe(isBase64);
    expect(Buffer.from(body, isBase64 ? 'base64' : 'utf8')).toEqual(sent);
  });

  it('has no body if none was sent', async () => {
    const event = await readEvent([json], '');

    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });

  it.each([
    ['..', '..'],
    ['%2e%2e', '..'],
    ['a%2Fb', 'a/b'],
    ['%C3%A9', 'é'],
  ])('has the path segment %s as a tenant, without resolving it', async (segment, tenantId) => {
    await send(`/tenants/${segment}/whatsapp/1/number/verify`);

    expect(calls[0]?.event.pathParameters).toEqual({ tenant_id: tenantId, waba_id: '1' });
  });
});

describe('a request that the gateway rejects', () => {
  const row = (what: string, request: () => Promise<string>, status: number, message: string) =>
    [what, request, status, message] as const;
  const get = rawRequest(route, [json]).toString().replace('POST', 'GET');
  const hosts = ['elsewhere.example', '127.0.0.1.elsewhere.example', '10.0.0.1:3000'];
  const origins = ['https://elsewhere.example', 'http://127.0.0.1:5173', 'https://127.0.0.1', 'null'];
  const rejected = [
    ...[
      '/',
      '/tenants/acme/whatsapp/1/number',
      '/tenants/acme/whatsapp/1/number/verify/',
      '/tenants//whatsapp/1/number/verify',
      '/x/../tenants/acme/whatsapp/1/number/verify',
      '/TENANTS/acme/whatsapp/1/number/verify',
    ].map((path) => row(path, () => send(path), 404, 'Not Found')),
    row('another method', () => sendRaw(open.port, get), 404, 'Not Found'),
    row('invalid escapes', () => send('/tenants/%zz/whatsapp/1/number/verify'), 400, 'Bad Request'),
    row('no token', () => send(route, [json], '{}', guarded), 401, 'Unauthorized'),
    row('another function', () => send(invokePath.replace('verify-', '')), 404, 'ResourceNotFoundException'),
    ...hosts.map((host) => row(`the Host ${host}`, () => sendWithHost(host), 403, 'The Host header is')),
    ...origins.flatMap((origin) =>
      [route, invokePath].map((path) =>
        row(
          `the Origin ${origin} at ${path}`,
          () => send(path, [json, `Origin: ${origin}`]),
          403,
          'The Origin header is',
        ),
      ),
    ),
  ];

  it.each(rejected)(
    'for %s is reported, recorded, and not passed on',
    async (_what, request, status, message) => {
      const response = await request();

      expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(response).toContain(message);
      expect(calls).toEqual([]);
      expect(rejections).toEqual([
        { method: expect.any(String), status, message: expect.stringContaining(message) },
      ]);
      expect(recorder.calls().at(-1)).toMatchObject({
        result: { outcome: 'GatewayRefused', status },
        steps: [{ kind: 'gateway', refusal: rejections[0]?.message }],
      });
    },
  );

  it.each([route, invokePath])('for more than 64 KiB at %s is rejected before its end', async (path) => {
    const chunk = `${(70 * 1024).toString(16)}\r\n${'x'.repeat(70 * 1024)}`;
    const endless = `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`;
    const declared = rawRequest(path, [json, 'Expect: 100-continue'], '{}')
      .toString()
      .replace('Content-Length: 2', `Content-Length: ${64 * 1024 + 1}`);

    for (const request of [endless, declared])
      expect(await sendRaw(open.port, request)).toMatch(/^HTTP\/1\.1 413 /m);
    expect(calls).toEqual([]);
    expect(rejections.map(({ status }) => status)).toEqual([413, 413]);
  });

  it('is closed if a route responds before an endless body ends', async () => {
    const eager = await startHttpGateway({
      port: 0,
      lambda: () => Promise.reject(new Error('not called')),
      needsToken: false,
      serveOther: async (_request, response) => void response.end('early'),
    });
    const endless = 'GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';
    const response = await sendRaw(eager.port, endless);
    await eager.close();

    expect(response).toContain('early');
  });
});

describe('a request that the gateway accepts', () => {
  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.2', '[::1]:3000'])('has the Host %s', async (host) => {
    await sendWithHost(host);

    expect(calls).toHaveLength(1);
  });

  it('has its own address as Origin', async () => {
    expect(await readEvent([json, 'Origin: http://127.0.0.1'])).toBeDefined();
  });
});

describe('the response', () => {
  const post = () =>
    fetch(`http://127.0.0.1:${open.port}${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });

  it('is the result’s status, headers and body', async () => {
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' };
    result = { statusCode: 429, headers, body: '{"code":"RateLimited"}' };
    const response = await post();

    expect(response.status).toBe(429);
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
    expect(await response.text()).toBe('{"code":"RateLimited"}');
  });

  it.each([
    ['throws', new Error('a defect')],
    ['returns no valid status', { statusCode: 'often' }],
  ])('is the gateway’s 500 if the function %s', async (_what, wrong) => {
    result = wrong;
    const response = await post();

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  });
});

describe('the JWT authorizer', () => {
  it.each([
    ['an opaque token', 'opaque'],
    ['a JWT without JSON', 'a.b.c'],
    ['a JWT with a list', `a.${Buffer.from('[]').toString('base64url')}.c`],
  ])('rejects %s', async (_what, token) => {
    expect(await send(route, [json, `Authorization: Bearer ${token}`], '{}', guarded)).toMatch(
      /^HTTP\/1.1 401 /,
    );
  });

  it('passes claims on as text, with lists in API Gateway’s form', async () => {
    const claims = { sub: 'a-user', exp: 1795425201, admin: true, tenants: ['acme', 'globex'], at: { a: 1 } };
    const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
    const { requestContext } = await readEvent([json, `Authorization: Bearer ${token}`], '{}', guarded);

    const asText = { exp: '1795425201', admin: 'true', tenants: '[acme globex]', at: 'map[a:1]' };
    expect(requestContext.authorizer).toEqual({ jwt: { claims: { ...claims, ...asText }, scopes: null } });
  });

  it('is absent without a claim, so that signed requests pass', async () => {
    const { requestContext } = await readEvent([json, 'Authorization: AWS4-HMAC-SHA256 Credential=FAKE/x']);

    expect(requestContext).not.toHaveProperty('authorizer');
  });
});
