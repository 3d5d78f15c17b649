/** What a fault of Kaleyra is, and the behaviours that only a fault has. */
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { type FixedBehaviour, sendBytes } from '../../lib/sandbox/kaleyra/behaviours.ts';
import { type KaleyraEnvelope, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import type { SimulatedExchange } from '../../lib/sandbox/kaleyra/server.ts';
import { toRawResponse } from '../support/raw-server.ts';

/** How a request has to end. */
export interface Expected {
  readonly outcome: FailureCode | 'Verified';
  /** The reason in the log. Absent: any reason, or none. */
  readonly reason?: string;
}

/** Faults of the connection, so that no request arrives. Each has its own port or host. */
export const connectionFaults = {
  refused: 'ECONNREFUSED',
  unresolvable: 'ENOTFOUND',
  'TLS: wrong name': 'ERR_TLS_CERT_ALTNAME_INVALID',
  'TLS: expired certificate': 'CERT_HAS_EXPIRED',
  'TLS: unknown authority': 'CERT_SIGNATURE_FAILURE',
  'no TLS': 'EPROTO',
  'TLS: handshake never ends': 'timeout',
  'reset before the request is sent': 'ECONNRESET',
  'reset during the request': 'ECONNRESET',
} as const;
export type ConnectionFault = keyof typeof connectionFaults;

/** What a behaviour can use besides the exchange. */
export interface FaultContext {
  /** Where a redirect would send the API key. */
  readonly trapPort: number;
  /** Verifies the number. Kaleyra remembers it: the second time, it responds 'already approved'. */
  readonly verify: () => KaleyraEnvelope;
}

export interface KaleyraFault extends Expected {
  readonly name: string;
  /** The maximum number of POSTs for one request. 1 by default. */
  readonly posts?: number;
  /** The `Retry-After` that has to be passed on. */
  readonly retryAfter?: string;
  readonly connection?: ConnectionFault;
  /** On a kept-alive connection it looks like a dead connection, so that the contract allows one more POST. */
  readonly looksDead?: boolean;
  /** The deadline ends the request. */
  readonly timesOut?: boolean;
  /** Not combined with faults of Secrets Manager: another fault is the same except for its bytes. */
  readonly isAlone?: boolean;
  /** How requests on a kept-alive connection have to end, if not with `outcome`. */
  readonly onKeptAlive?: Expected['outcome'];
  /** How the same request has to end when it is sent again. */
  readonly next?: Expected['outcome'];
  readonly behaviour?: (exchange: SimulatedExchange, context: FaultContext) => void;
}

const json = { 'content-type': 'application/json' };
export const success = JSON.stringify(pageSamples.success);

/** The bytes of a response, with headers that may be wrong. */
export const toJsonBytes = (body: string, headers: Record<string, string> = {}): string =>
  toRawResponse(body, { ...json, ...headers });

/** Does something after the response was sent. */
export const sendThen =
  (send: FixedBehaviour, then: FixedBehaviour): FixedBehaviour =>
  (exchange) => {
    exchange.response.once('finish', () => then(exchange));
    send(exchange);
  };

/** Sends a body without a declared length, which ends with the connection. */
export const sendUntilClosed =
  (status: string, body: string): FixedBehaviour =>
  (exchange) => {
    sendBytes(`HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n\r\n${body}`)(exchange);
    exchange.close();
  };

/** Writes the bytes of a response one at a time, from the status line on, and never finishes. */
export const dripFromFirstByte: FixedBehaviour = (exchange) => {
  const bytes = toJsonBytes(success);
  let sent = 0;
  const timer = setInterval(() => {
    sendBytes(bytes.charAt(sent % bytes.length))(exchange);
    sent += 1;
  }, 50);
  exchange.response.once('close', () => clearInterval(timer));
};

/** Sends chunks that never end. */
export const sendEndlessChunks: FixedBehaviour = ({ response }) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '.repeat(0x4000)), 5);
  response.once('close', () => clearInterval(timer));
};
