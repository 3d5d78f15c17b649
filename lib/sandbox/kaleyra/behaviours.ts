/** What a simulated Kaleyra can do with a request. */
import type { OutgoingHttpHeaders } from 'node:http';
import { type KaleyraEnvelope, pageSamples } from './samples.ts';
import type { SimulatedExchange } from './server.ts';

/** What a simulated Kaleyra does with any request. */
export type FixedBehaviour = (exchange: SimulatedExchange) => void;

/** A call that passed the simulator's checks. */
export interface VerifyCall {
  /** The payload's `id`, with its digits as sent. */
  readonly id: string;
  /** Whether `id` came as a bare JSON number or as a string. */
  readonly idForm: 'number' | 'string';
  readonly phoneNumber: string;
  readonly otp: string;
  /** Checks the password, and marks the number as verified if it is right. */
  readonly checkPassword: () => KaleyraEnvelope;
}

/** What a simulated Kaleyra does, depending on the call. */
export type Behaviour = (exchange: SimulatedExchange, call: VerifyCall) => void;

/** Sends an envelope. The vendor's page names no HTTP statuses, so by default the code's digits decide. */
export const sendEnvelope = (
  envelope: KaleyraEnvelope,
  status = toStatus(envelope.code),
  headers: OutgoingHttpHeaders = {},
): FixedBehaviour =>
  sendBody(status, JSON.stringify(envelope), { 'content-type': 'application/json', ...headers });

const toStatus = (code: string): number => {
  const digits = /^WA([245]\d\d)$/.exec(code)?.[1];
  if (digits) return Number(digits);
  return code === 'RBC001' ? 401 : 400;
};

/** Sends a response that may have any form. */
export const sendBody =
  (status: number, body: string | Buffer = '', headers: OutgoingHttpHeaders = {}): FixedBehaviour =>
  ({ response }) => {
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };

/** Sends the page of a gateway in front of Kaleyra. */
export const sendHtml = (status: number, headers: OutgoingHttpHeaders = {}): FixedBehaviour =>
  sendBody(status, '<html><body><h1>Sent by a gateway</h1></body></html>', {
    'content-type': 'text/html',
    ...headers,
  });

/** Redirects to another host. */
export const redirect = (status: number, location: string): FixedBehaviour =>
  sendBody(status, '', { location });

/** Writes bytes that no HTTP server would write. The connection cannot be used after that. */
export const sendBytes =
  (bytes: string | Buffer): FixedBehaviour =>
  ({ response }) => {
    response.socket?.write(bytes);
  };

/** Sends a response in the documented form that is larger than a client should read. */
export const sendTooMuch = (bytes: number): FixedBehaviour =>
  sendEnvelope({ ...pageSamples.success, message: 'x'.repeat(bytes) });

/** Sends no response. */
export const staySilent: FixedBehaviour = () => {};

/** Closes the connection without a byte of a response. */
export const closeConnection: FixedBehaviour = ({ close }) => close();

/** Resets the connection without a byte of a response. */
export const resetConnection: FixedBehaviour = ({ reset }) => reset();

const completeBody = JSON.stringify(pageSamples.success);

/** Sends half of a response, and then does something else. */
export const sendHalf =
  (then: FixedBehaviour): FixedBehaviour =>
  (exchange) => {
    const { response } = exchange;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': completeBody.length });
    response.write(completeBody.slice(0, completeBody.length / 2), () => then(exchange));
  };

/** Sends a response one byte at a time, too slowly for a client to wait for its end. */
export const drip =
  (intervalMs: number): FixedBehaviour =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': completeBody.length });
    response.flushHeaders();
    let sent = 0;
    const timer = setInterval(() => {
      response.write(completeBody.charAt(sent));
      sent += 1;
      if (sent === completeBody.length) response.end();
    }, intervalMs);
    response.once('close', () => clearInterval(timer));
  };

/** Does something later, unless the connection has ended by then. */
export const after =
  (delayMs: number, then: FixedBehaviour): FixedBehaviour =>
  (exchange) => {
    const timer = setTimeout(() => then(exchange), delayMs);
    exchange.response.once('close', () => clearTimeout(timer));
  };

/** Accepts `id` in one form only. */
export const acceptId =
  (form: VerifyCall['idForm']): Behaviour =>
  (exchange, call) =>
    sendEnvelope(call.idForm === form ? call.checkPassword() : pageSamples.payloadRejected)(exchange);

/** Accepts what the page's samples show: `id` as a bare number, and as a string only if JSON has no such number. */
export const verify: Behaviour = (exchange, call) =>
  acceptId(call.id.startsWith('0') && call.id.length > 1 ? call.idForm : 'number')(exchange, call);

/** Verifies the number, but does something else instead of saying so. */
export const verifyBut =
  (instead: FixedBehaviour): Behaviour =>
  (exchange, call) => {
    const envelope = call.checkPassword();
    if (envelope.code === pageSamples.success.code) instead(exchange);
    else sendEnvelope(envelope)(exchange);
  };
