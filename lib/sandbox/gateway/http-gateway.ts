/** API Gateway's HTTP API with its one route, and Lambda's Invoke path, both in front of the same function. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { routeKey, routeMethod, routePath } from '../../../functions/verify-number/core/contract.ts';
import { allowOnlyLoopback, type ServeOther } from '../loopback/loopback-only.ts';
import { type LoopbackServer, listenOnLoopback } from '../loopback/loopback-server.ts';
import { readBody } from '../loopback/read-body.ts';
import { type CallRecorder, createCallRecorder } from '../trace/call-recorder.ts';
import type { RejectedRequest } from '../trace/traced-call.ts';
import { toEvent } from './api-gateway-event.ts';
import { readClaims } from './jwt-claims.ts';
import { createContext, type LambdaFunction } from './lambda-context.ts';
import { isInvoke, type ReceivedRequest, serveInvoke } from './lambda-invoke.ts';

interface HttpGatewayOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** Called for each request, so that the function can be replaced at any time. */
  readonly lambda: () => LambdaFunction | Promise<LambdaFunction>;
  /** Whether callers need a bearer token. The function gets its claims. Signatures are not checked. */
  readonly needsToken: boolean;
  /** Serves a request that is not for the API. Returns undefined if the request is for the API. */
  readonly serveOther?: ServeOther;
  /** Gets every call that reaches the function, and every request that the gateway rejects. */
  readonly recorder?: CallRecorder;
  readonly onRejected?: ((rejected: RejectedRequest) => void) | undefined;
}

/**
 * Starts the gateway.
 * @throws Error that names the port if it is in use
 */
export const startHttpGateway = (options: HttpGatewayOptions): Promise<LoopbackServer> => {
  const { lambda, needsToken, serveOther, recorder = createCallRecorder(), onRejected } = options;
  const receive = ({ url = '', method = '' }: IncomingMessage) => {
    const channel = isInvoke(url) ? 'direct' : 'http';
    const id = channel === 'direct' ? randomUUID() : randomBytes(11).toString('base64');
    const arrival = { id, channel, receivedAt: performance.now() } as const;
    return {
      id,
      refuse: (status: number, message: string): void => {
        onRejected?.({ method, status, message });
        recorder.recordRefusal(arrival, status, message);
      },
      record: <T>(event: unknown, invoke: () => Promise<T>) => recorder.record({ ...arrival, event }, invoke),
    };
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const other = serveOther?.(request, response);
    if (other) return other;
    const received = {
      ...receive(request),
      request,
      response,
      body: await readBody(request),
      fn: await lambda(),
    };
    return isInvoke(request.url ?? '') ? serveInvoke(received) : serveHttpApi(received, needsToken);
  };
  const listener = allowOnlyLoopback(serve, (request, status, message) =>
    receive(request).refuse(status, message),
  );
  return listenOnLoopback(createServer(listener), options.port, 'PORT');
};

const serveHttpApi = async (received: ReceivedRequest, needsToken: boolean): Promise<void> => {
  const { id: requestId, request, response, body, fn } = received;
  const send = (status: number, headers: OutgoingHttpHeaders, content: string): void => {
    const length = { 'content-length': Buffer.byteLength(content) };
    response.writeHead(status, { ...headers, ...length, 'apigw-requestid': requestId }).end(content);
  };
  const refuse = (status: number, message: string, headers: OutgoingHttpHeaders = {}): void => {
    received.refuse(status, message);
    send(status, { 'content-type': 'application/json', ...headers }, JSON.stringify({ message }));
  };

  // The path as it was sent: `..` and `%2e%2e` are segments like any other.
  const segments = routePattern.exec(request.url?.split('?')[0] ?? '')?.groups;
  if (request.method !== routeMethod || !segments) return refuse(404, 'Not Found');
  const pathParameters = decodeAll(segments);
  if (!pathParameters) return refuse(400, 'Bad Request');
  const claims = needsToken ? readClaims(request.headers.authorization) : undefined;
  if (needsToken && !claims) return refuse(401, 'Unauthorized', { 'www-authenticate': 'Bearer' });

  const event = toEvent({ request, requestId, routeKey, pathParameters, body, claims });
  const result = await received
    .record(event, () => fn.handler(event, createContext(fn)))
    .then(toHttpResponse)
    .catch(() => undefined);
  if (result) send(result.status, result.headers, result.body);
  else refuse(500, 'Internal Server Error');
};

const routePattern = new RegExp(`^${routePath.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

/** Decodes percent-encoded text. Returns undefined if it is malformed. */
const decodeAll = (segments: Readonly<Record<string, string>>): Record<string, string> | undefined => {
  try {
    return Object.fromEntries(
      Object.entries(segments).map(([name, segment]) => [name, decodeURIComponent(segment)]),
    );
  } catch {
    return undefined;
  }
};

/**
 * Converts a function's result to a response, as API Gateway does. This function always returns text with a status.
 * @throws Error if the status is not an HTTP status
 */
const toHttpResponse = (result: unknown) => {
  const { statusCode, headers, body = '' }: APIGatewayProxyStructuredResultV2 = Object(result);
  const status = Number(statusCode);
  if (!(status >= 200 && status <= 599)) throw new Error('The function returned no HTTP status.');
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body };
};
