import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { routeKey, routeMethod, routePath } from '../../../functions/verify-number/core/contract.ts';
import { contentSecurityPolicy, type ReadPage } from '../console/reference-page.ts';
import { type LoopbackServer, listenOnLoopback } from '../loopback-server.ts';
import { readBody } from '../read-body.ts';
import { toEvent } from './api-gateway-event.ts';
import { claimsOf } from './jwt-claims.ts';
import { createContext, type LambdaFunction } from './lambda-context.ts';
import { isInvoke, serveInvoke } from './lambda-invoke.ts';

/** A request that the gateway answered by itself, without the function. */
export interface GatewayRefusal {
  readonly method: string;
  readonly status: number;
  readonly message: string;
}

export interface HttpGatewayOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Asked for at each call, so that it can be exchanged meanwhile. */
  readonly lambda: () => LambdaFunction;
  /** Whether callers need a bearer token, whose claims the function gets. Signatures are not looked at. */
  readonly needsToken: boolean;
  /** What is served beside the API, to GET. */
  readonly readPage?: ReadPage;
  readonly onRefusal?: ((refusal: GatewayRefusal) => void) | undefined;
}

/** The largest request that API Gateway takes, in bytes. */
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * API Gateway's HTTP API with its one route, and Lambda's Invoke path beside it, both in front of the same function.
 * @throws PortTaken
 */
export const startHttpGateway = (options: HttpGatewayOptions): Promise<LoopbackServer> => {
  const server = createServer((request, response) => {
    if (isOfForeignPage(request)) {
      const message = `Forbidden: the request comes from a web page of ${JSON.stringify(request.headers.origin)}, not of localhost`;
      options.onRefusal?.({ method: request.method ?? '', status: 403, message });
      response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
      return;
    }
    const serve = isInvoke(request.url ?? '')
      ? serveInvoke(request, response, options.lambda())
      : serveHttpApi(request, response, options);
    // A caller that goes away in the middle of its own request is owed nothing.
    serve.catch(() => response.destroy());
  });
  return listenOnLoopback(server, options.port, 'PORT');
};

/** A browser sends here whatever any web page asks it to, and the sandbox may have been given a real Kaleyra. */
const isOfForeignPage = ({ headers: { origin } }: IncomingMessage): boolean => {
  if (origin === undefined) return false;
  const { hostname } = URL.parse(origin) ?? {};
  return hostname !== 'localhost' && hostname !== '127.0.0.1';
};

const serveHttpApi = async (
  request: IncomingMessage,
  response: ServerResponse,
  { lambda, needsToken, readPage, onRefusal }: HttpGatewayOptions,
): Promise<void> => {
  const send = (status: number, headers: OutgoingHttpHeaders, body: string | Buffer): void => {
    response.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      'apigw-requestid': randomBytes(11).toString('base64'),
    });
    response.end(body);
  };
  const refuse = (status: number, message: string, headers: OutgoingHttpHeaders = {}): void => {
    onRefusal?.({ method: request.method ?? '', status, message });
    send(status, { 'content-type': 'application/json', ...headers }, JSON.stringify({ message }));
  };

  const body = await readBody(request, maxBodyBytes);
  const page = request.method === 'GET' ? await readPage?.(request.url?.split('?')[0] ?? '') : undefined;
  if (page) {
    const headers = { 'content-type': page.contentType, 'content-security-policy': contentSecurityPolicy };
    return send(200, headers, page.body);
  }
  const match = matchRoute(request.method, request.url ?? '');
  if (match === 'malformed') return refuse(400, 'Bad Request');
  if (!match) return refuse(404, 'Not Found');
  const claims = needsToken ? claimsOf(request.headers.authorization) : undefined;
  if (needsToken && !claims) return refuse(401, 'Unauthorized', { 'www-authenticate': 'Bearer' });
  if (!body) return refuse(413, 'Request Entity Too Large');

  const fn = lambda();
  const event = toEvent({ request, routeKey, pathParameters: match, body, claims });
  const answer = await fn
    .handler(event, createContext(fn))
    .then(toHttpAnswer)
    .catch(() => undefined);
  if (!answer) return refuse(500, 'Internal Server Error');
  send(answer.status, answer.headers, answer.body);
};

const routeSegments = routePath.split('/');

/** The path is split as it was sent: `..` and `%2e%2e` are segments like any other. */
const matchRoute = (
  method: string | undefined,
  url: string,
): Record<string, string> | 'malformed' | undefined => {
  const segments = (url.split('?')[0] ?? '').split('/');
  if (method !== routeMethod || segments.length !== routeSegments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, expected] of routeSegments.entries()) {
    const segment = segments[at] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined ? segment !== expected : segment === '') return undefined;
    if (name === undefined) continue;
    try {
      parameters[name] = decodeURIComponent(segment);
    } catch {
      return 'malformed';
    }
  }
  return parameters;
};

interface HttpAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A function's result as API Gateway answers with it. A result without a status is the body of a 200.
 * Source: "Format of a Lambda function response, payload format version 2.0" in the API Gateway developer guide.
 */
const toHttpAnswer = (result: unknown): HttpAnswer => {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = result as {
    statusCode: unknown;
    headers?: OutgoingHttpHeaders;
    cookies?: string[];
    body?: string;
    isBase64Encoded?: boolean;
  };
  const status = Number(statusCode);
  if (!(status >= 200 && status <= 599)) throw new Error('The function answered with no HTTP status.');
  return {
    status,
    headers: { 'content-type': 'text/plain', ...headers, ...(cookies && { 'set-cookie': cookies }) },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
};
