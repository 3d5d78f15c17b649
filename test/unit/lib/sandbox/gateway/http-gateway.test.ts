import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { type RejectedRequest, startHttpGateway } from '../../../../../lib/sandbox/gateway/http-gateway.ts';
import { createUnsignedToken } from '../../../../../lib/sandbox/gateway/jwt-claims.ts';
import type { LambdaContext } from '../../../../../lib/sandbox/gateway/lambda-context.ts';

import type { LoopbackServer } from '../../../../../lib/sandbox/loopback/loopback-server.ts';
import { rawRequest, sendRaw } from '../../../../support/raw-request.ts';

interface Call {
  readonly event: APIGatewayProxyEventV2WithJWTAuthorizer;
  readonly context: LambdaContext;
}

const route = '/tenants/acme/whatsapp/109012345678901/number/verify';
const json = 'Content-Type: application/json';

let calls: Call[] = [];
let rejections: RejectedRequest[] = [];
let result: unknown;
let open: LoopbackServer;
let guarded: LoopbackServer;

beforeAll(async () => {
  const handler = async (event: unknown, context: LambdaContext): Promise<unknown> => {
    calls.push({ event: event as Call['event'], context });
    if (result instanceof Error) throw result;
    return result;
  };
  const options = {
    port: 0,
    lambda: () => ({ handler, region: 'ap-south-1', timeoutMs: 17_000 }),
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

const createEvent = (): Call['event'] => {
  const [call] = calls;
  if (!call || calls.length > 1) throw new Error(`expected one call, not ${calls.length}`);
  return call.event;
};

describe('the HTTP gateway', () => {
  describe('the event', () => {
    it('has the form of an HTTP API event, payload format 2.0', async () => {
      await sendRaw(
        open.port,
        rawRequest(
          `${route}?a=1&a=2&b=x%20y`,
          [json, 'User-Agent: test', 'X-Two: 1', 'X-TWO: 2'],
          '{"id":1}',
        ),
      );

      expect(createEvent()).toEqual({
        version: '2.0',
        routeKey: 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
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
          http: {
            method: 'POST',
            path: route,
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'test',
          },
          requestId: expect.any(String),
          routeKey: 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
          stage: '$default',
          time: expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
          timeEpoch: expect.any(Number),
        },
        body: '{"id":1}',
        isBase64Encoded: false,
      });
    });

    it('comes with a context that counts down from the function’s own time', async () => {
      await sendRaw(open.port, rawRequest(route, [json], '{}'));

      const context = calls[0]?.context;
      expect(context).toMatchObject({
        functionName: 'verify-phone-number',
        invokedFunctionArn: 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      const remaining = context?.getRemainingTimeInMillis() ?? 0;
      expect(remaining).toBeGreaterThan(0);
      expect(remaining).toBeLessThanOrEqual(17_000);
    });

    it('takes cookies out of the headers', async () => {
      await sendRaw(open.port, rawRequest(route, [json, 'Cookie: a=1; b=2'], '{}'));

      expect(createEvent().cookies).toEqual(['a=1', 'b=2']);
      expect(createEvent().headers).not.toHaveProperty('cookie');
    });

    it.each([
      ['application/json', false],
      ['Application/JSON; charset=utf-8', false],
      ['text/plain', false],
      ['application/xml', false],
      ['application/vnd.x+json', true],
      ['application/octet-stream', true],
      ['application/x-www-form-urlencoded', true],
      [undefined, true],
    ])('carries a body of content type %s with base64 %s', async (contentType, isBase64Encoded) => {
      const headers = contentType === undefined ? [] : [`Content-Type: ${contentType}`];
      await sendRaw(open.port, rawRequest(route, headers, '{"a":"é"}'));

      const event = createEvent();
      expect(event.isBase64Encoded).toBe(isBase64Encoded);
      expect(Buffer.from(event.body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('{"a":"é"}');
    });

    it('keeps every byte of JSON that is not UTF-8', async () => {
      const body = Buffer.from([0x22, 0xff, 0x22]);
      await sendRaw(open.port, rawRequest(route, [json], body));

      expect(createEvent()).toMatchObject({ isBase64Encoded: true, body: body.toString('base64') });
    });

    it('has no body if none was sent', async () => {
      await sendRaw(open.port, rawRequest(route, [json]));

      expect(createEvent()).not.toHaveProperty('body');
      expect(createEvent().isBase64Encoded).toBe(false);
    });
  });

  describe('routing', () => {
    it.each([
      ['..', '..'],
      ['%2e%2e', '..'],
      ['.', '.'],
      ['a%2Fb', 'a/b'],
      ['%C3%A9', 'é'],
      ['a%20b', 'a b'],
    ])('passes the segment %s on as a tenant, without resolving it', async (segment, tenantId) => {
      await sendRaw(open.port, rawRequest(`/tenants/${segment}/whatsapp/1/number/verify`, [json], '{}'));

      expect(createEvent().pathParameters).toEqual({ tenant_id: tenantId, waba_id: '1' });
    });

    it.each([
      '/',
      '/tenants/acme/whatsapp/1/number',
      '/tenants/acme/whatsapp/1/number/verify/',
      '/tenants//whatsapp/1/number/verify',
      '/x/../tenants/acme/whatsapp/1/number/verify',
      '/TENANTS/acme/whatsapp/1/number/verify',
    ])('responds to %s with 404, as to any other route', async (target) => {
      const response = await sendRaw(open.port, rawRequest(target, [json], '{}'));

      expect(response).toMatch(/^HTTP\/1.1 404 /);
      expect(response).toMatch(/\{"message":"Not Found"\}$/);
      expect(calls).toEqual([]);
      expect(rejections).toEqual([{ method: 'POST', status: 404, message: 'Not Found' }]);
    });

    it('has the route for POST only', async () => {
      const response = await fetch(`http://127.0.0.1:${open.port}${route}`);

      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ message: 'Not Found' });
    });

    it('rejects a path with invalid escapes', async () => {
      const response = await sendRaw(
        open.port,
        rawRequest('/tenants/%zz/whatsapp/1/number/verify', [json], '{}'),
      );

      expect(response).toMatch(/^HTTP\/1.1 400 [\s\S]*\{"message":"Bad Request"\}$/);
    });

    it.each([
      'https://elsewhere.example',
      'http://127.0.0.1:5173',
      'http://localhost',
      'https://127.0.0.1',
      'null',
    ])('rejects requests from a web page on %s, to both entry points', async (origin) => {
      for (const path of [route, '/2015-03-31/functions/verify-phone-number/invocations']) {
        const response = await sendRaw(open.port, rawRequest(path, [`Origin: ${origin}`, json], '{}'));
        expect(response).toMatch(/^HTTP\/1\.1 403 /);
      }
      expect(calls).toEqual([]);
      const message = "The Origin header is not this server's own address.";
      expect(rejections).toEqual(Array(2).fill({ method: 'POST', status: 403, message }));
    });

    it('accepts requests from its own page', async () => {
      await sendRaw(open.port, rawRequest(route, ['Origin: http://127.0.0.1', json], '{}'));

      expect(calls).toHaveLength(1);
    });

    it.each([route, '/2015-03-31/functions/verify-phone-number/invocations'])(
      'rejects more than 64 KiB at %s without waiting for the end',
      async (path) => {
        const endless = [
          `POST ${path} HTTP/1.1`,
          'Host: localhost',
          json,
          'Transfer-Encoding: chunked',
          '',
          `${(70 * 1024).toString(16)}`,
          'x'.repeat(70 * 1024),
        ].join('\r\n');
        const declared = rawRequest(path, [json, 'Expect: 100-continue'], '{}')
          .toString()
          .replace('Content-Length: 2', `Content-Length: ${64 * 1024 + 1}`);

        for (const request of [endless, declared]) {
          const response = await sendRaw(open.port, request);
          expect(response).toMatch(/^HTTP\/1\.1 413 /m);
          expect(response).toContain('{"message":"The request body is larger than 65536 bytes."}');
        }
        expect(calls).toEqual([]);
        expect(rejections.map(({ status }) => status)).toEqual([413, 413]);
      },
    );

    it('closes the connection if a route responds before an endless body ends', async () => {
      const eager = await startHttpGateway({
        port: 0,
        lambda: () => {
          throw new Error('not called');
        },
        needsToken: false,
        serveOther: async (_request, response) => {
          response.end('early');
        },
      });
      const endless = `GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`;
      const response = await sendRaw(eager.port, endless);
      await eager.close();

      expect(response).toContain('early');
    });

    it.each([
      'elsewhere.example',
      'localhost.elsewhere.example',
      '127.0.0.1.elsewhere.example',
      '10.0.0.1:3000',
    ])('rejects the Host %s, which a name that was rebound to loopback has', async (host) => {
      const request = rawRequest(route, [json], '{}').toString().replace('Host: 127.0.0.1', `Host: ${host}`);
      expect(await sendRaw(open.port, request)).toMatch(/^HTTP\/1\.1 403 /);
      expect(calls).toEqual([]);
    });

    it.each(['localhost', 'LOCALHOST:3000', '127.0.0.2', '[::1]:3000'])(
      'accepts the Host %s',
      async (host) => {
        const request = rawRequest(route, [json], '{}')
          .toString()
          .replace('Host: 127.0.0.1', `Host: ${host}`);
        await sendRaw(open.port, request);
        expect(calls).toHaveLength(1);
      },
    );
  });

  describe('the response', () => {
    const post = () =>
      fetch(`http://127.0.0.1:${open.port}${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });

    it('is the result’s status, headers, cookies and body', async () => {
      result = {
        statusCode: 429,
        headers: { 'content-type': 'application/problem+json', 'retry-after': '7' },
        cookies: ['a=1', 'b=2'],
        body: '{"code":"RateLimited"}',
      };
      const response = await post();

      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('7');
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect(await response.text()).toBe('{"code":"RateLimited"}');
    });

    it('is decoded if the result is base64', async () => {
      result = { statusCode: 200, body: 'w6k=', isBase64Encoded: true };

      expect(await (await post()).text()).toBe('é');
    });

    it('is a 200 with JSON if the result has no status', async () => {
      result = { plain: true };
      const response = await post();

      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ plain: true });
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
      ['no token', []],
      ['an opaque token', ['Authorization: Bearer opaque']],
      ['a JWT without JSON', ['Authorization: Bearer a.b.c']],
      ['a JWT with a list', [`Authorization: Bearer a.${Buffer.from('[]').toString('base64url')}.c`]],
    ])('rejects %s', async (_what, headers) => {
      const response = await sendRaw(guarded.port, rawRequest(route, [json, ...headers], '{}'));

      expect(response).toMatch(/^HTTP\/1.1 401 [\s\S]*\{"message":"Unauthorized"\}$/);
      expect(calls).toEqual([]);
    });

    it('requires no token for an unknown route', async () => {
      expect(await sendRaw(guarded.port, rawRequest('/', [json], '{}'))).toMatch(/^HTTP\/1.1 404 /);
    });

    it('passes claims on as text, with lists in API Gateway’s form', async () => {
      const claims = {
        sub: 'a-user',
        exp: 1795425201,
        admin: true,
        tenants: ['acme', 'globex'],
        at: { a: 1 },
      };
      const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
      await sendRaw(guarded.port, rawRequest(route, [json, `Authorization: Bearer ${token}`], '{}'));

      expect(createEvent().requestContext.authorizer).toEqual({
        jwt: {
          claims: {
            sub: 'a-user',
            exp: '1795425201',
            admin: 'true',
            tenants: '[acme globex]',
            at: 'map[a:1]',
          },
          scopes: null,
        },
      });
    });

    it('accepts the token that the start-up screen shows', async () => {
      const token = createUnsignedToken('tenant', 'acme');
      await sendRaw(guarded.port, rawRequest(route, [json, `Authorization: Bearer ${token}`], '{}'));

      expect(createEvent().requestContext.authorizer.jwt.claims).toEqual({ tenant: 'acme' });
    });

    it('is absent without a claim, so that signed requests pass', async () => {
      const signature =
        'Authorization: AWS4-HMAC-SHA256 Credential=FAKE/20261123/ap-south-1/execute-api/aws4_request';
      await sendRaw(open.port, rawRequest(route, [json, signature], '{}'));

      expect(createEvent().requestContext).not.toHaveProperty('authorizer');
    });
  });
});
