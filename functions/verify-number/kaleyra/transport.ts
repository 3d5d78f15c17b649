/** One HTTP exchange with Kaleyra: a POST on one connection, and its complete response. */
import { type Agent, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failures.ts';
import { maxIdleMs, watchConnection, watchIdleSockets } from './connections.ts';

/** Where requests go, and on which connections. The deployed function takes the host from `pods.ts`. */
export interface KaleyraEndpoint {
  readonly protocol: 'https:' | 'http:';
  readonly hostname: string;
  readonly port?: number;
  /** Headers of the sandbox's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps connections; of `https` or `http` according to `protocol`. */
  readonly agent: Agent;
}

export interface KaleyraRequest {
  readonly path: string;
  readonly apiKey: string;
  /** JSON. Contains the password. */
  readonly payload: string;
  /** When to give up, in milliseconds on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Closes all idle connections first, so that the request goes out on a new one. */
  readonly onNewConnection: boolean;
}

/** A complete response. */
export interface KaleyraResponse {
  readonly status: number;
  /** The `Retry-After` header, if there is one. */
  readonly retryAfter?: string | undefined;
  readonly body: Buffer;
  readonly reusedConnection: boolean;
}

/**
 * Sends one request.
 * @throws BrokenExchange if there is no complete response
 */
export type Exchange = (request: KaleyraRequest) => Promise<KaleyraResponse>;

/** An exchange without a complete response: what it means, and whether the client may repeat the request. */
export class BrokenExchange extends Error {
  readonly failure: Failure;
  /** No connection could be established, or a kept-alive connection died before any byte of a response. */
  readonly mayRepeat: boolean;

  constructor(failure: Failure, mayRepeat: boolean) {
    super(failure.message);
    this.failure = failure;
    this.mayRepeat = mayRepeat;
  }
}

/** The largest response that is read, in bytes. */
const maxResponseBytes = 64 * 1024;

/** Creates the exchange for an endpoint. */
export const createExchange = (endpoint: KaleyraEndpoint, clock: Clock = Date): Exchange => {
  const dropIdleSockets = watchIdleSockets(endpoint.agent, clock);
  return async (request) => {
    dropIdleSockets(request.onNewConnection ? 0 : maxIdleMs);
    // Lambda freezes the process between requests. One turn of the event loop delivers what arrived meanwhile.
    if (!request.onNewConnection) await new Promise((resolve) => setImmediate(resolve));
    return post(endpoint, request);
  };
};

const createUnreachable = (reason: string): Failure =>
  new Failure(
    'KaleyraUnavailable',
    `Kaleyra cannot be reached (${reason}). Nothing was sent. Try again later.`,
    {
      reason,
    },
  );

const createOutcomeUnknown = (reason: string): Failure =>
  new Failure(
    'OutcomeUnknown',
    `Kaleyra did not return a complete response (${reason}). The number may be verified. Send the request again.`,
    { reason },
  );

const post = (
  { protocol, hostname, port, headers, agent }: KaleyraEndpoint,
  { path, apiKey, payload, deadline }: KaleyraRequest,
): Promise<KaleyraResponse> =>
  new Promise((resolve, reject) => {
    if (performance.now() >= deadline) throw new BrokenExchange(createUnreachable('timeout'), false);
    const options: RequestOptions = {
      method: 'POST',
      hostname,
      port,
      path,
      agent,
      headers: {
        ...headers,
        'api-key': apiKey,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        accept: 'application/json',
      },
    };
    const request = (protocol === 'https:' ? requestHttps : requestHttp)(options);
    const connection = watchConnection(request, protocol);

    const timer = setTimeout(
      () => fail(connection.established() ? createOutcomeUnknown('timeout') : createUnreachable('timeout')),
      Math.max(0, deadline - performance.now()),
    );
    // A promise settles only once, so later calls have no effect.
    const fail = (failure: Failure, mayRepeat = false): void => {
      clearTimeout(timer);
      request.destroy();
      reject(new BrokenExchange(failure, mayRepeat));
    };

    request.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code ?? 'connection_lost';
      if (!connection.established()) fail(createUnreachable(reason), true);
      else fail(createOutcomeUnknown(reason), request.reusedSocket && !connection.answered());
    });
    request.on('upgrade', () => fail(createOutcomeUnknown('upgrade')));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxResponseBytes) {
          chunks.push(chunk);
          return;
        }
        const detail = `Kaleyra's response (HTTP ${response.statusCode}) is larger than ${maxResponseBytes} bytes.`;
        fail(
          new Failure('UnexpectedResponse', detail, {
            reason: 'too_large',
            kaleyraHttpStatus: response.statusCode ?? 0,
          }),
        );
      });
      response.on('error', () => fail(createOutcomeUnknown('response_cut_short')));
      response.on('end', () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          body: Buffer.concat(chunks),
          reusedConnection: request.reusedSocket,
        });
      });
    });
    request.end(payload);
  });
