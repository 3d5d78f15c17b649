/** Complete responses of Kaleyra's, or of a gateway in front of it. */
import { gzipSync } from 'node:zlib';
import {
  closeConnection,
  redirect,
  sendBody,
  sendBytes,
  sendEnvelope,
  sendHtml,
  sendTooMuch,
} from '../../lib/sandbox/kaleyra/behaviours.ts';
import { otherSamples, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { type KaleyraFault, sendEndlessChunks, sendThen, success, toJsonBytes } from './kaleyra-fault.ts';

export const rejectsKey: KaleyraFault = {
  name: 'RBC001',
  outcome: 'CredentialsRejected',
  behaviour: sendEnvelope(pageSamples.credentialsRejected, 401),
};

export const otherResponseFaults: readonly KaleyraFault[] = [
  ...[301, 302, 307, 308].map(
    (status): KaleyraFault => ({
      name: `${status} to another host`,
      outcome: 'UnexpectedResponse',
      reason: 'redirect',
      behaviour: (exchange, { trapPort }) =>
        redirect(status, `https://api.in.kaleyra.io:${trapPort}/v2/stolen`)(exchange),
    }),
  ),
  {
    name: '429 with Retry-After',
    outcome: 'RateLimited',
    reason: 'not_an_envelope',
    retryAfter: '7',
    behaviour: sendHtml(429, { 'retry-after': '7' }),
  },
  {
    name: '429 without Retry-After',
    outcome: 'RateLimited',
    reason: 'not_an_envelope',
    retryAfter: '10',
    behaviour: sendHtml(429),
  },
  { name: '500, HTML', outcome: 'KaleyraFailed', reason: 'not_an_envelope', behaviour: sendHtml(500) },
  { name: '502, HTML', outcome: 'KaleyraFailed', reason: 'not_an_envelope', behaviour: sendHtml(502) },
  {
    name: '503, HTML, Retry-After',
    outcome: 'KaleyraFailed',
    reason: 'not_an_envelope',
    retryAfter: '33',
    behaviour: sendHtml(503, { 'retry-after': '33' }),
  },
  {
    name: '504, empty',
    outcome: 'KaleyraFailed',
    reason: 'not_an_envelope',
    behaviour: sendBody(504),
  },
  { name: '200, HTML', outcome: 'UnexpectedResponse', reason: 'not_an_envelope', behaviour: sendHtml(200) },
  {
    name: '403, HTML',
    outcome: 'UnexpectedResponse',
    reason: 'not_an_envelope',
    isAlone: true,
    behaviour: sendHtml(403),
  },
  { name: '404, HTML', outcome: 'UnexpectedResponse', reason: 'not_an_envelope', behaviour: sendHtml(404) },
  {
    name: '204',
    outcome: 'UnexpectedResponse',
    reason: 'not_an_envelope',
    behaviour: ({ response }) => response.writeHead(204).end(),
  },
  { name: '200, empty', outcome: 'UnexpectedResponse', reason: 'not_an_envelope', behaviour: sendBody(200) },
  {
    name: '200, a list',
    outcome: 'UnexpectedResponse',
    reason: 'not_an_envelope',
    behaviour: sendBody(200, '[]'),
  },
  {
    name: 'huge, with content-length',
    outcome: 'UnexpectedResponse',
    reason: 'too_large',
    behaviour: sendTooMuch(1024 * 1024),
  },
  {
    name: 'huge, in endless chunks',
    outcome: 'UnexpectedResponse',
    reason: 'too_large',
    behaviour: sendEndlessChunks,
  },
  {
    name: 'gzip, not asked for',
    outcome: 'UnexpectedResponse',
    reason: 'not_an_envelope',
    behaviour: sendBody(200, gzipSync(success), { 'content-encoding': 'gzip' }),
  },
  // The rest of it, or the second response, must not become the response to the connection's next request.
  {
    name: 'two responses to one request',
    outcome: 'OtpRejected',
    posts: 2,
    behaviour: sendBytes(toJsonBytes(JSON.stringify(pageSamples.otpRejected)) + toJsonBytes(success)),
  },
  {
    name: 'length too small',
    outcome: 'OutcomeUnknown',
    posts: 2,
    behaviour: sendBytes(toJsonBytes(success, { 'content-length': '40' })),
  },
  {
    name: 'length too large, then closed',
    outcome: 'OutcomeUnknown',
    reason: 'response_cut_short',
    behaviour: sendThen(sendBody(200, success, { 'content-length': 4000 }), closeConnection),
  },
  {
    name: 'a byte order mark before the envelope',
    outcome: 'Verified',
    isAlone: true,
    behaviour: sendBody(200, `\ufeff${success}`),
  },
  {
    name: '429 with Retry-After beyond a day',
    outcome: 'RateLimited',
    retryAfter: '86400',
    isAlone: true,
    behaviour: sendHtml(429, { 'retry-after': '999999' }),
  },
];

export const envelopeFaults: readonly KaleyraFault[] = [
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
    outcome: 'KaleyraFailed',
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
    reason: 'undocumented_code',
    behaviour: sendEnvelope(otherSamples.unknownCode, 200),
  },
  {
    name: 'WA429',
    outcome: 'RateLimited',
    isAlone: true,
    behaviour: sendEnvelope(otherSamples.tooManyRequests, 200),
  },
  {
    name: 'WA400 with HTTP 429',
    outcome: 'RateLimited',
    isAlone: true,
    behaviour: sendEnvelope(otherSamples.requestRejected, 429),
  },
  {
    name: 'WA400, OTP, with HTTP 429',
    outcome: 'OtpRejected',
    isAlone: true,
    behaviour: sendEnvelope(pageSamples.otpRejected, 429),
  },
  ...Object.entries({
    'HTTP 401 without an envelope': [401, '', 'AccountNotAuthorized', 'http_401'],
    'HTTP 401 with another envelope': [401, { message: 'Unauthorized' }, 'AccountNotAuthorized', 'http_401'],
    'HTTP 401 with a number as code': [401, { code: 401, message: 'x' }, 'AccountNotAuthorized', 'http_401'],
    'undocumented code with HTTP 500': [
      500,
      { code: 'RCS502', message: 'x' },
      'KaleyraFailed',
      'undocumented_code',
    ],
    'a number as code': [400, { code: 1400, message: 'x' }, 'UnexpectedResponse', 'undocumented_code'],
    'WA200 with HTTP 500': [500, { code: 'WA200', message: 'x' }, 'UnexpectedResponse', 'contradictory'],
    'WA200 with an error': [
      200,
      { code: 'WA200', error: { error: 'x' } },
      'UnexpectedResponse',
      'contradictory',
    ],
    "WA400, Meta's text": [400, { code: 'WA400', message: 'Verify code error' }, 'OtpRejected'],
    'WA500, expired code': [500, { code: 'WA500', error: 'The code has expired' }, 'OtpRejected'],
    'WA401, code and its text': [401, { code: 'WA401', error: { code: 'is invalid' } }, 'OtpRejected'],
    'WA400, OTP, text only in error': [400, { code: 'WA400', error: 'Invalid OTP entered' }, 'OtpRejected'],
    'WA400, already verified': [400, { code: 'WA400', message: 'already verified' }, 'AlreadyVerified'],
  } as const).map(
    ([name, [status, body, outcome, reason]]): KaleyraFault => ({
      name,
      outcome,
      ...(reason && { reason }),
      isAlone: true,
      behaviour: sendBody(status, body && JSON.stringify(body)),
    }),
  ),
  ...Object.entries({
    'WA400 keyed phone_number whose text is about the OTP': {
      code: 'WA400',
      error: { phone_number: 'The OTP does not match this phone number' },
    },
    'WA401 about the OTP': { code: 'WA401', error: { error: 'Invalid OTP' } },
    'WA500 about the OTP': { code: 'WA500', error: { error: 'OTP verification failed' } },
    'WA400 keyed otp': { code: 'WA400', error: { otp: 'invalid' } },
    'WA400 about the verification code': { code: 'WA400', error: { error: 'Wrong verification code' } },
  }).map(
    ([name, { code, error }]): KaleyraFault => ({
      name,
      outcome: 'OtpRejected',
      isAlone: true,
      behaviour: sendEnvelope({ code, message: 'Request failed', data: {}, error }, 200),
    }),
  ),
];
