/**
 * Maps Kaleyra's responses: by the envelope's code if there is an envelope, otherwise by the HTTP status.
 * Sources: https://developers.kaleyra.io/docs/wa-v2-verify-phone-number, and Kaleyra's pages about error codes and rate limits.
 */
import type { KaleyraResult } from '../core/contract.ts';
import { Failure, type FailureCode, getDefinition } from '../core/failures.ts';
import type { KaleyraSuccess } from '../core/verify-number.ts';
import { type Envelope, isBlank, isCutShort, parseEnvelope } from './envelope.ts';
import { redact, type SensitiveValues } from './redact.ts';
import { getOutcomeUnknownDetail, type KaleyraResponse } from './transport.ts';

/**
 * Maps a response.
 * @throws Failure for everything except WA200
 */
export const mapResponse = (response: KaleyraResponse, secrets: SensitiveValues): KaleyraSuccess => {
  const { status, retryAfter } = response;
  const envelope = parseEnvelope(response.body);
  if (envelope?.code === 'WA200' && !isRedirect(status)) {
    const { code, message, data } = envelope;
    return {
      code,
      httpStatus: status,
      message: redact(message, secrets),
      ...(typeof data === 'string' && { reference: redact(data, secrets, true) }),
    };
  }
  const { code, reason } = envelope ? mapEnvelope(envelope, status) : mapWithoutEnvelope(response);
  const kaleyra = envelope && reason !== 'redirect' ? toKaleyraResult(envelope, secrets) : undefined;
  throw new Failure(code, kaleyra ? toDetail(kaleyra) : getDetail(code, status, reason), {
    kaleyraHttpStatus: status,
    ...(kaleyra && { kaleyra }),
    retryAfterSeconds: getDefinition(code).retryable ? parseRetryAfter(retryAfter) : undefined,
    reason,
  });
};

interface Mapped {
  readonly code: FailureCode;
  readonly reason?: string;
}

/** The rules for an envelope, in the order in which they take precedence. */
const mapEnvelope = (envelope: Envelope, status: number): Mapped => {
  const { code } = envelope;
  const isAlreadyApproved = code === 'WA500' && matches(envelope, /already approved/i);
  if (codesThatMayReportOtp.has(code) && mentionsOtp(envelope) && !isAlreadyApproved)
    return { code: 'OtpRejected' };
  if (isRedirect(status)) return redirect;
  const documented = isAlreadyApproved ? 'AlreadyVerified' : documentedCodes.get(code);
  if (documented) return { code: documented };
  if (status === 429 && !mentionsOtp(envelope)) return { code: 'RateLimited' };
  if (code === 'WA400') return { code: mapWA400(envelope) };
  if (code === 'WA401') return { code: mapWA401(envelope) };
  return { code: 'UnexpectedResponse', reason: 'undocumented_code' };
};

/** Codes whose texts and keys say whether they are about the password. */
const codesThatMayReportOtp = new Set(['WA400', 'WA401', 'WA500']);

/** Codes with one meaning, whatever the HTTP status and the texts are. */
const documentedCodes = new Map<string, FailureCode>([
  ['WA429', 'RateLimited'],
  ['WA500', 'KaleyraFailed'],
  ['E110', 'InsufficientBalance'],
  ['WAV2101', 'DailyLimitReached'],
  ['RBC001', 'CredentialsRejected'],
]);

const mapWA400 = (envelope: Envelope): FailureCode => {
  const isAbout = (key: string, pattern: RegExp) =>
    envelope.errorKeys.includes(key) || matches(envelope, pattern);
  if (isAbout('payload', /payload/i)) return 'PayloadRejected';
  if (mayBeAboutOtp(envelope)) return 'RequestRejected';
  return isAbout('phone_number', /phone[ _]number/i) ? 'PhoneNumberRejected' : 'RequestRejected';
};

const mapWA401 = (envelope: Envelope): FailureCode => {
  const isAboutWaba = envelope.errorKeys.includes('waba_id') || matches(envelope, /\bwaba[ _]?id\b/i);
  return isAboutWaba && !mayBeAboutOtp(envelope) ? 'WabaNotFound' : 'AccountNotAuthorized';
};

/** 'Verification of this phone number failed' may be the response to a wrong password, so its attempt has to count. */
const mayBeAboutOtp = (envelope: Envelope): boolean => matches(envelope, /verif|\b(?:code|pin)\b/i);

const matches = (envelope: Envelope, pattern: RegExp): boolean =>
  envelope.getTexts().some((text) => pattern.test(text));

/** Kaleyra documents no response to a wrong password, so every name of the password is recognized. */
const mentionsOtp = (envelope: Envelope): boolean =>
  envelope.getTextsAndKeys().some((text) => otpAbbreviation.test(text) || otpPhrase.test(text));

/** `OTP`, `otp_code` and `invalidOtp`, but not `hotplate`. */
const otpAbbreviation = /(?<![a-z])otp|Otp|OTP/;
const otpPhrase = /one[-_ ]?time[-_ ]?(?:code|pin)|pass[-_ ]?(?:code|word)|verification[-_ ]?code/i;

/** Maps a response without an envelope. */
const mapWithoutEnvelope = ({ status, body, endsWithConnection }: KaleyraResponse): Mapped => {
  if (isRedirect(status)) return redirect;
  const hasNoBody = isBlank(body) && status < 300;
  if (endsWithConnection && (hasNoBody || isCutShort(body))) {
    return { code: 'OutcomeUnknown', reason: 'response_cut_short' };
  }
  const reason = 'not_an_envelope';
  if (status === 429) return { code: 'RateLimited', reason };
  return { code: status >= 500 ? 'KaleyraFailed' : 'UnexpectedResponse', reason };
};

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

const redirect: Mapped = { code: 'UnexpectedResponse', reason: 'redirect' };

/** The detail of a failure without a message of Kaleyra's. */
const getDetail = (code: FailureCode, status: number, reason = ''): string => {
  switch (code) {
    case 'OutcomeUnknown':
      return getOutcomeUnknownDetail(reason);
    case 'RateLimited':
      return `Kaleyra limits the rate of requests (HTTP ${status}). Try again later.`;
    case 'KaleyraFailed':
      return `Kaleyra failed (HTTP ${status}). The number may be verified. Try again later.`;
    default:
      return reason === 'redirect'
        ? `Kaleyra responded with a redirect (HTTP ${status}), which is not followed. The number may be verified.`
        : `Kaleyra's response (HTTP ${status}) does not have the documented format. The number may be verified.`;
  }
};

const toKaleyraResult = ({ code, message }: Envelope, secrets: SensitiveValues): KaleyraResult => ({
  code: redact(code, secrets),
  message: redact(message, secrets),
});

const toDetail = ({ code, message }: KaleyraResult): string =>
  message || `Kaleyra responded with ${code}, without a message.`;

const maxRetryAfterSeconds = 86_400;

/** Reads `Retry-After` in either of its two forms. Source: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
const parseRetryAfter = (retryAfter = ''): number | undefined => {
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : parseSecondsUntil(retryAfter);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), maxRetryAfterSeconds);
};

const parseSecondsUntil = (date: string): number =>
  / GMT$/.test(date) ? Math.ceil((Date.parse(date) - Date.now()) / 1000) : Number.NaN;
