/** What a fault of Kaleyra is, and the behaviours that only a fault has. */
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { type FixedBehaviour, sendBytes } from '../../lib/sandbox/kaleyra/behaviours.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import type { SimulatedExchange } from '../../lib/sandbox/kaleyra/server.ts';
import { rawAnswer } from '../support/raw-server.ts';

export type Outcome = FailureCode | 'Verified';

/** Faults of the connection, so that no request arrives. Each has its own port or host. */
export const connectionFaults = [
  'refused',
  'unresolvable',
  'TLS: wrong name',
  'TLS: expired certificate',
  'TLS: unknown authority',
  'no TLS',
  'TLS: handshake never ends',
  'reset before the request is sent',
  'reset during the request',
] as const;
export type ConnectionFault = (typeof connectionFaults)[number];

export interface KaleyraFault {
  readonly name: string;
  /** The only outcome that the contract allows. */
  readonly outcome: Outcome;
  /** The maximum number of POSTs for one request. 1 by default. */
  readonly posts?: number;
  /** The `Retry-After` that has to be passed on. */
  readonly retryAfter?: string;
  readonly connection?: ConnectionFault;
  /** On a kept-alive connection it looks like a dead connection, so that the contract allows one more POST. */
  readonly looksDead?: boolean;
  /** The deadline ends the request. */
  readonly timesOut?: boolean;
  /** `trapPort` is where a redirect would send the API key. */
  readonly behaviour?: (exchange: SimulatedExchange, trapPort: number) => void;
}

const json = { 'content-type': 'application/json' };
export const success = JSON.stringify(pageSamples.success);

/** The bytes of a response, with headers that may be wrong. */
export const jsonBytes = (body: string, headers: Record<string, string> = {}): string =>
  rawAnswer(body, { ...json, ...headers });

/** Does something after the response was sent. */
export const sendThen =
  (send: FixedBehaviour, then: FixedBehaviour): FixedBehaviour =>
  (exchange) => {
    exchange.response.once('finish', () => then(exchange));
    send(exchange);
  };

/** Writes the bytes of a response one at a time, from the status line on, and never finishes. */
export const dripFromFirstByte: FixedBehaviour = (exchange) => {
  const bytes = jsonBytes(success);
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
