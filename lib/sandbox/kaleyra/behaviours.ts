import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type KaleyraEnvelope, pageSamples } from './samples.ts';

/** A call to the simulator that its checks let through. */
export interface VerifyCall {
  /** The payload's `id`, its digits as sent. */
  readonly id: string;
  /** Whether `id` came as a bare JSON number or as a string. */
  readonly idForm: 'number' | 'string';
  readonly phoneNumber: string;
  readonly otp: string;
}

/** What the simulated Kaleyra does with one call. */
export type Behaviour = (response: ServerResponse, call: VerifyCall) => void;

/** What it does whatever the call says. */
export type Answer = (response: ServerResponse) => void;

/** The one-time password that is rejected; any other six digits verify. */
export const rejectedOtp = '000000';

/** Answers with an envelope. The vendor's page names no HTTP statuses: by default these go by the code's digits. */
export const answer =
  (envelope: KaleyraEnvelope): Answer =>
  (response) => {
    response.writeHead(statusOf(envelope.code), { 'content-type': 'application/json' });
    response.end(JSON.stringify(envelope));
  };

const statusOf = (code: string): number => {
  const digits = /^WA([245]\d\d)$/.exec(code)?.[1];
  if (digits) return Number(digits);
  return code === 'RBC001' ? 401 : 400;
};

/** Answers with something that is no envelope. */
export const answerPlainly =
  (status: number, headers: OutgoingHttpHeaders = {}, body = ''): Answer =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

export const answerHtml = (status: number): Answer =>
  answerPlainly(status, { 'content-type': 'text/html' }, '<html><body><h1>A proxy speaks</h1></body></html>');

/** Takes `id` in the one form only. */
export const accept =
  (form: VerifyCall['idForm']): Behaviour =>
  (response, call) => {
    const envelope = call.otp === rejectedOtp ? pageSamples.otpRejected : pageSamples.success;
    answer(call.idForm === form ? envelope : pageSamples.payloadRejected)(response);
  };

/** As the page's samples do it: `id` is a bare number, and a string only where no JSON number has those digits. */
export const verify: Behaviour = (response, call) =>
  accept(call.id.startsWith('0') && call.id.length > 1 ? call.idForm : 'number')(response, call);

/** An answer in the documented form that is larger than anybody should read. */
export const answerHugely: Answer = answer({ ...pageSamples.success, message: 'x'.repeat(70 * 1024) });

/** Never answers. */
export const keepSilent: Answer = () => {};

/** Ends the connection without a byte of an answer, with a TCP reset. */
export const resetConnection: Answer = (response) => {
  response.socket?.resetAndDestroy();
};

const wholeAnswer = JSON.stringify(pageSamples.success);
const beginAnswer = (response: ServerResponse): void => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(wholeAnswer),
  });
};

/** Breaks off in the middle of an answer. */
export const answerByHalf: Answer = (response) => {
  beginAnswer(response);
  response.write(wholeAnswer.slice(0, wholeAnswer.length / 2), () => response.socket?.destroy());
};

/** Answers a byte at a time, too slowly for anybody to wait for the end. */
export const drip: Answer = (response) => {
  beginAnswer(response);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(wholeAnswer.charAt(sent));
    sent += 1;
    if (sent === wholeAnswer.length) response.end();
  }, 500);
  response.once('close', () => clearInterval(timer));
};
