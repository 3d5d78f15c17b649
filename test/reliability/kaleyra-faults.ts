/** How Kaleyra may fail, and the outcome that the contract asks for. */
import { gzipSync } from 'node:zlib';
import {
  after,
  closeConnection,
  drip,
  redirect,
  resetConnection,
  sendBody,
  sendBytes,
  sendEnvelope,
  sendHalf,
  sendHtml,
  sendTooMuch,
  staySilent,
} from '../../lib/sandbox/kaleyra/behaviours.ts';
import { otherSamples, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import {
  connectionFaults,
  dripFromFirstByte,
  jsonBytes,
  type KaleyraFault,
  sendEndlessChunks,
  sendThen,
  success,
} from './kaleyra-fault.ts';

export const healthy: KaleyraFault = {
  name: 'none',
  outcome: 'Verified',
  behaviour: sendEnvelope(pageSamples.success, 200),
};

export const rejectsKey: KaleyraFault = {
  name: 'RBC001',
  outcome: 'CredentialsRejected',
  behaviour: sendEnvelope(pageSamples.credentialsRejected, 401),
};

const noConnection = connectionFaults.map(
  (connection): KaleyraFault => ({
    name: connection,
    // Once the connection is established, it is unknown how much of the request was read.
    outcome: connection === 'reset during the request' ? 'OutcomeUnknown' : 'KaleyraUnavailable',
    connection,
    timesOut: connection === 'TLS: handshake never ends',
  }),
);

const documented: readonly KaleyraFault[] = [
  rejectsKey,
  { name: 'WA401, waba_id', outcome: 'WabaNotFound', behaviour: sendEnvelope(pageSamples.wabaNotFound, 200) },
  {
    name: 'WA401, other',
    outcome: 'AccountNotAuthorized',
    behaviour: sendEnvelope(otherSamples.accountNotAuthorized, 200),
  },
  {
    name: 'WA400, payload, in both forms of id',
    outcome: 'PayloadRejected',
    posts: 2,
    behaviour: sendEnvelope(pageSamples.payloadRejected, 200),
  },
  {
    name: 'WA400, OTP',
    outcome: 'OtpRejected',
    behaviour: sendEnvelope(pageSamples.otpRejected, 400),
  },
  {
    name: 'WA400, phone_number',
    outcome: 'PhoneNumberRejected',
    behaviour: sendEnvelope(pageSamples.phoneNumberRejected, 200),
  },
  {
    name: 'WA400, other',
    outcome: 'RequestRejected',
    behaviour: sendEnvelope(otherSamples.requestRejected, 200),
  },
  {
    name: 'WA500, already approved',
    outcome: 'AlreadyVerified',
    behaviour: sendEnvelope(pageSamples.alreadyApproved, 200),
  },
  {
    name: 'WA500, try again later',
    outcome: 'KaleyraUnavailable',
    behaviour: sendEnvelope(pageSamples.tryAgainLater, 500),
  },
  {
    name: 'E110',
    outcome: 'InsufficientBalance',
    behaviour: sendEnvelope(otherSamples.insufficientBalance, 200),
  },
  {
    name: 'WAV2101',
    outcome: 'DailyLimitReached',
    behaviour: sendEnvelope(otherSamples.dailyLimitReached, 200),
  },
  {
    name: 'unknown code',
    outcome: 'UnexpectedResponse',
    behaviour: sendEnvelope(otherSamples.unknownCode, 200),
  },
];

const transport: readonly KaleyraFault[] = [
  {
    name: 'closed after the request',
    outcome: 'OutcomeUnknown',
    looksDead: true,
    behaviour: closeConnection,
  },
  {
    name: 'reset after the request',
    outcome: 'OutcomeUnknown',
    looksDead: true,
    behaviour: after(20, resetConnection),
  },
  {
    name: 'stale kept-alive socket',
    outcome: 'Verified',
    posts: 2,
    behaviour: (exchange) =>
      (exchange.turn === 1 ? sendEnvelope(pageSamples.success) : resetConnection)(exchange),
  },
  {
    name: 'closed right after each response',
    outcome: 'Verified',
    posts: 2,
    behaviour: sendThen(sendEnvelope(pageSamples.success), closeConnection),
  },
  { name: 'silence', outcome: 'OutcomeUnknown', timesOut: true, behaviour: staySilent },
  {
    name: 'drip, from the first byte',
    outcome: 'OutcomeUnknown',
    timesOut: true,
    behaviour: dripFromFirstByte,
  },
  {
    name: 'drip, in the body',
    outcome: 'OutcomeUnknown',
    timesOut: true,
    behaviour: drip(50),
  },
  { name: 'half a response, then closed', outcome: 'OutcomeUnknown', behaviour: sendHalf(closeConnection) },
  {
    name: 'half a response, then reset',
    outcome: 'OutcomeUnknown',
    behaviour: sendHalf(after(20, resetConnection)),
  },
  {
    name: 'half a response, then silence',
    outcome: 'OutcomeUnknown',
    timesOut: true,
    behaviour: sendHalf(staySilent),
  },
  {
    name: 'half a chunked response, then closed',
    outcome: 'OutcomeUnknown',
    behaviour: ({ response, close }) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(success.slice(0, 16), close);
    },
  },
  {
    name: 'not HTTP',
    outcome: 'OutcomeUnknown',
    behaviour: sendBytes('\u0000\u0001 this is no HTTP\r\n\r\n'),
  },
  {
    name: 'a bad chunk',
    outcome: 'OutcomeUnknown',
    behaviour: sendBytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
  },
  {
    name: 'headers too large',
    outcome: 'OutcomeUnknown',
    behaviour: sendEnvelope(pageSamples.success, 200, { 'x-large': 'x'.repeat(64 * 1024) }),
  },
  {
    name: '101 Switching Protocols',
    outcome: 'OutcomeUnknown',
    behaviour: sendBytes('HTTP/1.1 101 Switching Protocols\r\nupgrade: foo\r\nconnection: upgrade\r\n\r\n'),
  },
  {
    name: '103, then the response',
    outcome: 'Verified',
    behaviour: (exchange) => {
      exchange.response.writeEarlyHints({ link: '</x>; rel=preload' });
      sendEnvelope(pageSamples.success)(exchange);
    },
  },
];

const responses: readonly KaleyraFault[] = [
  ...[301, 302, 307, 308].map(
    (status): KaleyraFault => ({
      name: `${status} to another host`,
      outcome: 'UnexpectedResponse',
      behaviour: (exchange, trapPort) =>
        redirect(status, `https://api.in.kaleyra.io:${trapPort}/v2/stolen`)(exchange),
    }),
  ),
  {
    name: '429 with Retry-After',
    outcome: 'RateLimited',
    retryAfter: '7',
    behaviour: sendHtml(429, { 'retry-after': '7' }),
  },
  {
    name: '429 without Retry-After',
    outcome: 'RateLimited',
    retryAfter: '10',
    behaviour: sendHtml(429),
  },
  {
    name: '500 with the envelope',
    outcome: 'KaleyraUnavailable',
    behaviour: sendEnvelope(pageSamples.tryAgainLater, 500),
  },
  { name: '500, HTML', outcome: 'KaleyraUnavailable', behaviour: sendHtml(500) },
  { name: '502, HTML', outcome: 'KaleyraUnavailable', behaviour: sendHtml(502) },
  {
    name: '503, HTML, Retry-After',
    outcome: 'KaleyraUnavailable',
    retryAfter: '33',
    behaviour: sendHtml(503, { 'retry-after': '33' }),
  },
  {
    name: '504, empty',
    outcome: 'KaleyraUnavailable',
    behaviour: sendBody(504),
  },
  { name: '200, HTML', outcome: 'UnexpectedResponse', behaviour: sendHtml(200) },
  { name: '404, HTML', outcome: 'UnexpectedResponse', behaviour: sendHtml(404) },
  { name: '204', outcome: 'UnexpectedResponse', behaviour: ({ response }) => response.writeHead(204).end() },
  { name: '200, empty', outcome: 'UnexpectedResponse', behaviour: sendBody(200) },
  { name: '200, a list', outcome: 'UnexpectedResponse', behaviour: sendBody(200, '[]') },
  {
    name: 'huge, with content-length',
    outcome: 'UnexpectedResponse',
    behaviour: sendTooMuch(1024 * 1024),
  },
  {
    name: 'huge, in endless chunks',
    outcome: 'UnexpectedResponse',
    behaviour: sendEndlessChunks,
  },
  {
    name: 'gzip, not asked for',
    outcome: 'UnexpectedResponse',
    behaviour: sendBody(200, gzipSync(success), { 'content-encoding': 'gzip' }),
  },
  // The rest of it, or the second response, must not become the response to the connection's next request.
  {
    name: 'two responses to one request',
    outcome: 'OtpRejected',
    posts: 2,
    behaviour: sendBytes(jsonBytes(JSON.stringify(pageSamples.otpRejected)) + jsonBytes(success)),
  },
  {
    name: 'length too small',
    outcome: 'OutcomeUnknown',
    posts: 2,
    behaviour: sendBytes(jsonBytes(success, { 'content-length': '40' })),
  },
  {
    name: 'length too large, then closed',
    outcome: 'OutcomeUnknown',
    behaviour: sendThen(sendBody(200, success, { 'content-length': 4000 }), closeConnection),
  },
];

export const kaleyraFaults: readonly KaleyraFault[] = [
  healthy,
  ...noConnection,
  ...transport,
  ...responses,
  ...documented,
];
