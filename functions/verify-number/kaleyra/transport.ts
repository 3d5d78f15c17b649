/** One HTTP exchange with Kaleyra: a POST on one connection, and its complete response. */
import { type Agent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { maxIdleMs, watchIdleSockets } from '../aws/idle-sockets.ts';
import type { Clock } from '../core/clock.ts';
import { Failure, type FailureCode } from '../core/failures.ts';
import type { ExchangeStep } from '../core/steps.ts';
import { type PreparedConnection, watchConnection } from './connections.ts';

/** Where requests go, and on which connections. The deployed function takes the host from `pods.ts`. */
export interface KaleyraEndpoint {
  readonly protocol: 'https:' | 'http:';
  readonly hostname: string;
  readonly port?: number;
  /** Keeps connections; of `https` or `http` according to `protocol`. */
  readonly agent: Agent;
  /** A connection that was opened during init. @default none */
  readonly prepared?: PreparedConnection;
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
  /** Gets the connection and the status as soon as they are known. */
  readonly step: Pick<ExchangeStep, 'connection' | 'status'>;
}

/** A complete response. */
export interface KaleyraResponse {
  readonly status: number;
  /** The `Retry-After` header, if there is one. */
  readonly retryAfter?: string | undefined;
  readonly body: Buffer;
  /** The response declares no length, so it may have been cut short. */
  readonly endsWithConnection: boolean;
}

/**
 * Sends one request.
 * @throws BrokenExchange if there is no complete response
 */
export type Exchange = (request: KaleyraRequest) => Promise<KaleyraResponse>;

/** An exchange without a complete response. */
export class BrokenExchange extends Failure {
  /** No connection could be established, or a kept-alive connection died before any byte of a response. */
  readonly mayRepeat: boolean;

  constructor(code: FailureCode, detail: string, details: BrokenExchangeDetails) {
    super(code, detail, details);
    this.mayRepeat = details.mayRepeat ?? false;
  }
}

interface BrokenExchangeDetails {
  readonly reason: string;
  readonly kaleyraHttpStatus?: number;
  readonly mayRepeat?: boolean;
}

/** The largest response that is read, in bytes. */
export const maxResponseBytes = 64 * 1024;

/** Creates the exchange for an endpoint. */
export const createExchange = (endpoint: KaleyraEndpoint, clock: Clock = Date): Exchange => {
  const closeIdleSockets = watchIdleSockets(endpoint.agent, clock);
  return async (request) => {
    const idleMs = request.onNewConnection ? 0 : maxIdleMs;
    closeIdleSockets(idleMs);
    endpoint.prepared?.closeIdle(idleMs);
    // Lambda freezes the process between requests. One turn of the event loop delivers what arrived meanwhile.
    if (!request.onNewConnection) await new Promise((resolve) => setImmediate(resolve));
    return post(endpoint, request);
  };
};

export const getOutcomeUnknownDetail = (reason: string): string =>
  `Kaleyra did not return a complete response (${reason}). The number may be verified. Send the request again.`;

const createOutcomeUnknown = (reason: string, mayRepeat = false): BrokenExchange =>
  new BrokenExchange('OutcomeUnknown', getOutcomeUnknownDetail(reason), { reason, mayRepeat });

const createUnreachable = (reason: string, mayRepeat = false): BrokenExchange =>
  new BrokenExchange(
    'KaleyraUnavailable',
    `Kaleyra cannot be reached (${reason}). Nothing was sent. Try again later.`,
    { reason, mayRepeat },
  );

const createTooLarge = (kaleyraHttpStatus: number): BrokenExchange =>
  new BrokenExchange(
    'UnexpectedResponse',
    `Kaleyra's response (HTTP ${kaleyraHttpStatus}) is larger than ${maxResponseBytes} bytes. The number may be verified.`,
    { reason: 'too_large', kaleyraHttpStatus },
  );

const post = (
  { protocol, hostname, port, agent, prepared }: KaleyraEndpoint,
  { path, apiKey, payload, deadline, step }: KaleyraRequest,
): Promise<KaleyraResponse> =>
  new Promise((resolve, reject) => {
    if (performance.now() >= deadline) throw createUnreachable('timeout');
    const options: RequestOptions = {
      method: 'POST',
      hostname,
      port,
      path,
      agent,
      headers: {
        'api-key': apiKey,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        accept: 'application/json',
      },
    };
    const request = (protocol === 'https:' ? requestHttps : requestHttp)(options);
    const connection = watchConnection(request, protocol, prepared);
    request.once('socket', () => {
      step.connection = connection.isReused() ? 'reused' : 'new';
    });

    const timer = setTimeout(
      () => fail(connection.isEstablished() ? createOutcomeUnknown('timeout') : createUnreachable('timeout')),
      Math.max(0, deadline - performance.now()),
    );
    // A promise settles only once, so later calls have no effect.
    const fail = (failure: BrokenExchange): void => {
      clearTimeout(timer);
      request.destroy();
      reject(failure);
    };

    request.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code ?? 'connection_lost';
      const isUnanswered = connection.isReused() && !connection.hasReceivedBytes();
      fail(
        connection.isEstablished()
          ? createOutcomeUnknown(reason, isUnanswered)
          : createUnreachable(reason, true),
      );
    });
    request.on('upgrade', () => fail(createOutcomeUnknown('upgrade')));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      step.status = status;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxResponseBytes) chunks.push(chunk);
        else fail(createTooLarge(status));
      });
      response.on('error', () => fail(createOutcomeUnknown('response_cut_short')));
      response.on('end', () => {
        clearTimeout(timer);
        resolve({
          status,
          retryAfter: response.headers['retry-after'],
          body: Buffer.concat(chunks),
          endsWithConnection: endsWithConnection(response),
        });
      });
    });
    request.end(payload);
  });

/** Source: https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
const endsWithConnection = ({ statusCode, headers }: IncomingMessage): boolean =>
  statusCode !== 204 &&
  statusCode !== 304 &&
  headers['content-length'] === undefined &&
  !/chunked$/i.test(headers['transfer-encoding'] ?? '');
