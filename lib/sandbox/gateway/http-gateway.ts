import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { routeKey, routeMethod, routePath } from '../../../functions/verify-number/core/contract.ts';
import { allowOnlyLoopback, type RejectedRequest } from '../loopback/loopback-only.ts';
import { type LoopbackServer, listenOnLoopback } from '../loopback/loopback-server.ts';
import { readBody } from '../loopback/read-body.ts';
import { type CallRecorder, createCallRecorder } from '../trace/call-recorder.ts';
import { toEvent } from './api-gateway-event.ts';
import { readClaims } from './jwt-claims.ts';
import { createContext, type LambdaFunction } from './lambda-context.ts';
import { isInvoke, serveInvoke } from './lambda-invoke.ts';

export type ServeOther = (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;

interface HttpGatewayOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** Called for each request, so that the function can be replaced at any time. */
  readonly lambda: () => LambdaFunction | Promise<LambdaFunction>;
  /** Whether callers need a bearer token. The function gets its claims. Signatures are not checked. */
  readonly needsToken: boolean;
  /** Serves a request that is not for the API. Returns undefined if the request is for the API. */
  readonly serveOther?: ServeOther;
  /** Gets every call that reaches the function, and every request of the API that does not. */
  readonly recorder?: CallRecorder;
  /** Called for each request that is rejected without calling the function. */
  readonly onRejected?: ((rejected: RejectedRequest) => void) | undefined;
}

/**
 * Starts API Gateway's HTTP API with its one route, and Lambda's Invoke path, both in front of the same function.
 * @throws PortInUse
 */
export const startHttpGateway = (options: HttpGatewayOptions): Promise<LoopbackServer> => {
  const { recorder = createCallRecorder() } = options;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const other = options.serveOther?.(request, response);
    if (other) await other;
    else if (isInvoke(request.url ?? '')) {
      await serveInvoke(request, response, await options.lambda(), recorder);
    } else await serveHttpApi(request, response, { ...options, recorder });
  };
  return listenOnLoopback(createServer(allowOnlyLoopback(serve, options.onRejected)), options.port, 'PORT');
};

const serveHttpApi = async (
  request: IncomingMessage,
  response: ServerResponse,
  { lambda, needsToken, recorder, onRejected }: HttpGatewayOptions & { readonly recorder: CallRecorder },
): Promise<void> => {
  const arrival = {
    id: randomBytes(11).toString('base64'),
    channel: 'http',
    receivedAt: performance.now(),
  } as const;
  const send = (status: number, headers: OutgoingHttpHeaders, body: string | Buffer): void => {
    response.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      'apigw-requestid': arrival.id,
    });
    response.end(body);
  };
  const reject = (status: number, message: string, headers: OutgoingHttpHeaders = {}): void => {
    onRejected?.({ method: request.method ?? '', status, message });
    if (request.method === routeMethod) recorder.recordRefusal(arrival, status, message);
    send(status, { 'content-type': 'application/json', ...headers }, JSON.stringify({ message }));
  };

  const body = await readBody(request);
  const match = matchRoute(request.method, request.url ?? '');
  if (match === 'malformed') return reject(400, 'Bad Request');
  if (!match) return reject(404, 'Not Found');
  const claims = needsToken ? readClaims(request.headers.authorization) : undefined;
  if (needsToken && !claims) return reject(401, 'Unauthorized', { 'www-authenticate': 'Bearer' });

  const fn = await lambda();
  const event = toEvent({ request, requestId: arrival.id, routeKey, pathParameters: match, body, claims });
  const result = await recorder
    .record({ ...arrival, event }, () => fn.handler(event, createContext(fn)))
    .then(toHttpResponse)
    .catch(() => undefined);
  if (!result) return reject(500, 'Internal Server Error');
  send(result.status, result.headers, result.body);
};

const routeSegments = routePath.split('/');

/** Splits the path as it was sent: `..` and `%2e%2e` are segments like any other. */
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

interface HttpResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Converts a function's result to a response, as API Gateway does. A result without a status is the body of a 200.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @throws Error if the status is not an HTTP status
 */
const toHttpResponse = (result: unknown): HttpResponse => {
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
  if (!(status >= 200 && status <= 599)) throw new Error('The function returned no HTTP status.');
  return {
    status,
    headers: { 'content-type': 'text/plain', ...headers, ...(cookies && { 'set-cookie': cookies }) },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
};
