/** What a misbehaviour of Kaleyra is, and how to write one: each decides every byte that goes back. */
import type { Socket } from 'node:net';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { type KaleyraEnvelope, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { rawAnswer } from '../support/raw-server.ts';

export type Outcome = FailureCode | 'Verified';

/** One request as the server read it. */
export interface KaleyraRequest {
  /** Which request on its connection, the first being 1. */
  readonly turn: number;
  /** Ends the connection with a TCP reset. */
  readonly reset: () => void;
  /** Where a redirect would lure the API key to. */
  readonly trapPort: number;
}

/** What is wrong with the connection, so that no request comes about. Each has a port or a host of its own. */
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

export type KaleyraResponse = (socket: Socket, request: KaleyraRequest) => void;

export interface KaleyraFault {
  readonly name: string;
  /** The one outcome that the contract asks for. */
  readonly outcome: Outcome;
  /** The most POSTs of one request that may be sent; 1 unless said otherwise. */
  readonly posts?: number;
  /** `Retry-After` that has to be passed on. */
  readonly retryAfter?: string;
  readonly connection?: ConnectionFault;
  /** On a kept connection it looks as a dead one does, so that the contract allows for one POST more. */
  readonly looksDead?: boolean;
  /** It is the deadline that ends it. */
  readonly timesOut?: boolean;
  readonly answer?: KaleyraResponse;
}

export const json = { 'content-type': 'application/json' };
export const success = JSON.stringify(pageSamples.success);
const html = '<html><body><h1>A proxy speaks</h1></body></html>';

export const bytes =
  (text: string | Buffer): KaleyraResponse =>
  (socket) => {
    socket.write(text);
  };
export const envelope = (sample: KaleyraEnvelope, status = '200 OK', headers: Record<string, string> = {}) =>
  bytes(rawAnswer(JSON.stringify(sample), { ...json, ...headers }, status));
export const page = (status: string, headers: Record<string, string> = {}) =>
  bytes(rawAnswer(html, { 'content-type': 'text/html', ...headers }, status));
/** To another host. */
export const redirect =
  (status: string): KaleyraResponse =>
  (socket, { trapPort }) =>
    socket.write(rawAnswer('', { location: `https://api.in.kaleyra.io:${trapPort}/v2/stolen` }, status));
/** Writes a byte now and then, and never to an end. */
export const dripping =
  (text: string): KaleyraResponse =>
  (socket) => {
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(text.charAt(sent % text.length));
      sent += 1;
    }, 50);
    socket.once('close', () => clearInterval(timer));
  };
