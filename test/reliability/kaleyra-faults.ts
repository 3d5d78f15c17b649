/** How Kaleyra may misbehave, and what the contract makes of it. */
import { gzipSync } from 'node:zlib';
import { otherSamples, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { rawAnswer } from '../support/raw-server.ts';
import {
  bytes,
  connectionFaults,
  dripping,
  envelope,
  json,
  type KaleyraFault,
  page,
  redirect,
  success,
} from './kaleyra-fault.ts';

const half = rawAnswer(success, json).slice(0, -40);

export const healthy: KaleyraFault = {
  name: 'none',
  outcome: 'Verified',
  answer: envelope(pageSamples.success),
};

export const rejectsKey: KaleyraFault = {
  name: 'RBC001',
  outcome: 'CredentialsRejected',
  answer: envelope(pageSamples.credentialsRejected, '401 Unauthorized'),
};

const noConnection = connectionFaults.map(
  (connection): KaleyraFault => ({
    name: connection,
    // Once the connection stands, nobody can tell how much of the request was read.
    outcome: connection === 'reset during the request' ? 'OutcomeUnknown' : 'KaleyraUnavailable',
    connection,
    timesOut: connection === 'TLS: handshake never ends',
  }),
);

const documented: readonly KaleyraFault[] = [
  rejectsKey,
  { name: 'WA401, waba_id', outcome: 'WabaNotFound', answer: envelope(pageSamples.wabaNotFound) },
  {
    name: 'WA401, other',
    outcome: 'AccountNotAuthorized',
    answer: envelope(otherSamples.accountNotAuthorized),
  },
  {
    name: 'WA400, payload, in both forms of id',
    outcome: 'PayloadRejected',
    posts: 2,
    answer: envelope(pageSamples.payloadRejected),
  },
  {
    name: 'WA400, OTP',
    outcome: 'OtpRejected',
    answer: envelope(pageSamples.otpRejected, '400 Bad Request'),
  },
  {
    name: 'WA400, phone_number',
    outcome: 'PhoneNumberRejected',
    answer: envelope(pageSamples.phoneNumberRejected),
  },
  { name: 'WA400, other', outcome: 'RequestRejected', answer: envelope(otherSamples.requestRejected) },
  {
    name: 'WA500, already approved',
    outcome: 'AlreadyVerified',
    answer: envelope(pageSamples.alreadyApproved),
  },
  {
    name: 'WA500, try again later',
    outcome: 'KaleyraUnavailable',
    answer: envelope(pageSamples.tryAgainLater, '500 Internal Server Error'),
  },
  { name: 'E110', outcome: 'InsufficientBalance', answer: envelope(otherSamples.insufficientBalance) },
  { name: 'WAV2101', outcome: 'DailyLimitReached', answer: envelope(otherSamples.dailyLimitReached) },
  { name: 'unknown code', outcome: 'UnexpectedResponse', answer: envelope(otherSamples.unknownCode) },
];

const transport: readonly KaleyraFault[] = [
  {
    name: 'closed after the request',
    outcome: 'OutcomeUnknown',
    looksDead: true,
    answer: (socket) => socket.end(),
  },
  {
    name: 'reset after the request',
    outcome: 'OutcomeUnknown',
    looksDead: true,
    answer: (_socket, { reset }) => setTimeout(reset, 20),
  },
  {
    name: 'stale kept-alive socket',
    outcome: 'Verified',
    posts: 2,
    answer: (socket, { turn, reset }) => (turn === 1 ? socket.write(rawAnswer(success, json)) : reset()),
  },
  {
    name: 'closed right after each answer',
    outcome: 'Verified',
    posts: 2,
    answer: (socket) => socket.end(rawAnswer(success, json)),
  },
  { name: 'silence', outcome: 'OutcomeUnknown', timesOut: true, answer: () => {} },
  {
    name: 'drip, from the first byte',
    outcome: 'OutcomeUnknown',
    timesOut: true,
    answer: dripping(rawAnswer(success, json)),
  },
  {
    name: 'drip, in the body',
    outcome: 'OutcomeUnknown',
    timesOut: true,
    answer: (socket, request) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n');
      dripping(' ')(socket, request);
    },
  },
  { name: 'half an answer, then closed', outcome: 'OutcomeUnknown', answer: (socket) => socket.end(half) },
  {
    name: 'half an answer, then reset',
    outcome: 'OutcomeUnknown',
    answer: (socket, { reset }) => socket.write(half, () => setTimeout(reset, 20)),
  },
  { name: 'half an answer, then silence', outcome: 'OutcomeUnknown', timesOut: true, answer: bytes(half) },
  {
    name: 'half a chunked answer, then closed',
    outcome: 'OutcomeUnknown',
    answer: (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n${success.slice(0, 16)}\r\n`),
  },
  { name: 'not HTTP', outcome: 'OutcomeUnknown', answer: bytes('\u0000\u0001 this is no HTTP\r\n\r\n') },
  {
    name: 'a bad chunk',
    outcome: 'OutcomeUnknown',
    answer: bytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
  },
  {
    name: 'headers too large',
    outcome: 'OutcomeUnknown',
    answer: bytes(rawAnswer(success, { ...json, 'x-large': 'x'.repeat(64 * 1024) })),
  },
  {
    name: '101 Switching Protocols',
    outcome: 'OutcomeUnknown',
    answer: bytes('HTTP/1.1 101 Switching Protocols\r\nupgrade: foo\r\nconnection: upgrade\r\n\r\n'),
  },
  {
    name: '103, then the answer',
    outcome: 'Verified',
    answer: bytes(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${rawAnswer(success, json)}`),
  },
];

const answers: readonly KaleyraFault[] = [
  ...['301 Moved Permanently', '302 Found', '307 Temporary Redirect', '308 Permanent Redirect'].map(
    (status): KaleyraFault => ({
      name: `${status.slice(0, 3)} to another host`,
      outcome: 'UnexpectedResponse',
      answer: redirect(status),
    }),
  ),
  {
    name: '429 with Retry-After',
    outcome: 'RateLimited',
    retryAfter: '7',
    answer: page('429 Too Many Requests', { 'retry-after': '7' }),
  },
  {
    name: '429 without Retry-After',
    outcome: 'RateLimited',
    retryAfter: '10',
    answer: page('429 Too Many Requests'),
  },
  {
    name: '500 with the envelope',
    outcome: 'KaleyraUnavailable',
    answer: envelope(pageSamples.tryAgainLater, '500 Internal Server Error'),
  },
  { name: '500, HTML', outcome: 'KaleyraUnavailable', answer: page('500 Internal Server Error') },
  { name: '502, HTML', outcome: 'KaleyraUnavailable', answer: page('502 Bad Gateway') },
  {
    name: '503, HTML, Retry-After',
    outcome: 'KaleyraUnavailable',
    retryAfter: '33',
    answer: page('503 Service Unavailable', { 'retry-after': '33' }),
  },
  {
    name: '504, empty',
    outcome: 'KaleyraUnavailable',
    answer: bytes(rawAnswer('', {}, '504 Gateway Timeout')),
  },
  { name: '200, HTML', outcome: 'UnexpectedResponse', answer: page('200 OK') },
  { name: '404, HTML', outcome: 'UnexpectedResponse', answer: page('404 Not Found') },
  { name: '204', outcome: 'UnexpectedResponse', answer: bytes('HTTP/1.1 204 No Content\r\n\r\n') },
  { name: '200, empty', outcome: 'UnexpectedResponse', answer: bytes(rawAnswer('', json)) },
  { name: '200, a list', outcome: 'UnexpectedResponse', answer: bytes(rawAnswer('[]', json)) },
  {
    name: 'huge, with content-length',
    outcome: 'UnexpectedResponse',
    answer: envelope({ ...pageSamples.success, message: 'x'.repeat(1024 * 1024) }),
  },
  {
    name: 'huge, in endless chunks',
    outcome: 'UnexpectedResponse',
    answer: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const timer = setInterval(() => socket.write(`4000\r\n${' '.repeat(0x4000)}\r\n`), 5);
      socket.once('close', () => clearInterval(timer));
    },
  },
  {
    name: 'gzip, not asked for',
    outcome: 'UnexpectedResponse',
    answer: (socket) => {
      const body = gzipSync(success);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    },
  },
  // The rest of it, or the second answer, must not become the answer of whoever gets the connection next.
  {
    name: 'two answers at once',
    outcome: 'OtpRejected',
    posts: 2,
    answer: bytes(rawAnswer(JSON.stringify(pageSamples.otpRejected), json) + rawAnswer(success, json)),
  },
  {
    name: 'length too small',
    outcome: 'OutcomeUnknown',
    posts: 2,
    answer: bytes(rawAnswer(success, { ...json, 'content-length': '40' })),
  },
  {
    name: 'length too large, then closed',
    outcome: 'OutcomeUnknown',
    answer: (socket) => socket.end(rawAnswer(success, { ...json, 'content-length': '4000' })),
  },
];

export const kaleyraFaults: readonly KaleyraFault[] = [
  healthy,
  ...noConnection,
  ...transport,
  ...answers,
  ...documented,
];
