/**
 * Maps Kaleyra's responses: by the envelope's code if there is an envelope, otherwise by the HTTP status.
 * Sources: https://developers.kaleyra.io/docs/wa-v2-verify-phone-number, and Kaleyra's pages about error codes and rate limits.
 */
import type { KaleyraResult } from '../core/contract.ts';
import { Failure, type FailureCode, getDefinition } from '../core/failures.ts';
import { type KaleyraSuccess, unauthorizedReason } from '../core/verify-number.ts';
import { type Envelope, isBlank, isCutShort, parseEnvelope } from './envelope.ts';
import { redact, type SensitiveValues } from './redact.ts';
import { getOutcomeUnknownDetail, type KaleyraResponse } from './transport.ts';

/**
 * Maps a response.
 * @throws Failure for everything except an unambiguous WA200
 */
export const mapResponse = (response: KaleyraResponse, secrets: SensitiveValues): KaleyraSuccess => {
  const { status, retryAfter } = response;
  const envelope = parseEnvelope(response.body);
  const mapped = envelope ? mapEnvelope(envelope, status) : mapWithoutEnvelope(response);
  if (envelope && mapped === verified) {
    const { code, message, data } = envelope;
    return {
      code,
      httpStatus: status,
      message: redact(message, secrets),
      ...(typeof data === 'string' && { reference: redact(data, secrets, true) }),
    };
  }
  const { code, reason } = mapped as Mapped;
  const kaleyra = envelope && reason !== 'redirect' ? toKaleyraResult(envelope, secrets) : undefined;
  throw new Failure(code, kaleyra ? toDetail(code, kaleyra) : getDetail(code, status, reason), {
    kaleyraHttpStatus: status,
    ...(kaleyra && { kaleyra }),
    retryAfterSeconds: getDefinition(code).retryable ? parseRetryAfter(retryAfter) : undefined,
    reason,
  });
};

const verified = 'verified';

interface Mapped {
  readonly code: FailureCode;
  readonly reason?: string;
}

/** The rules for an envelope, in the order in which they take precedence. */
const mapEnvelope = (envelope: Envelope, status: number): Mapped | typeof verified => {
  const { code } = envelope;
  const isAlreadyVerified = codesOfVerified.has(code) && matches(envelope, alreadyVerified);
  if (codesThatMayReportOtp.has(code) && mentionsOtp(envelope) && !isAlreadyVerified) {
    return { code: 'OtpRejected' };
  }
  if (isRedirect(status)) return redirect;
  if (isAlreadyVerified) return { code: 'AlreadyVerified' };
  if (code === 'WA200') return isContradictory(envelope, status) ? contradictory : verified;
  const documented = documentedCodes.get(code);
  if (documented) return { code: documented };
  if (status === 429 && !mentionsOtp(envelope)) return { code: 'RateLimited' };
  if (code === 'WA400') return { code: mapWA400(envelope) };
  if (code === 'WA401') return { code: mapWA401(envelope) };
  if (status === 401) return unauthorized;
  return { code: status >= 500 ? 'KaleyraFailed' : 'UnexpectedResponse', reason: 'undocumented_code' };
};

const codesOfVerified = new Set(['WA400', 'WA500']);
const alreadyVerified = /\balready (?:been )?(?:approved|verified)\b/i;

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

/** A success that also reports an error may not be one. */
const isContradictory = ({ errorTexts }: Envelope, status: number): boolean =>
  status >= 400 || errorTexts.some((text) => text.trim() !== '');

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
  envelope.texts.some((text) => pattern.test(text));

/** Kaleyra documents no response to a wrong password, so every name of the password is recognized. */
const mentionsOtp = (envelope: Envelope): boolean =>
  envelope.textsAndKeys.some(
    (text) => otpAbbreviation.test(text) || otpPhrase.test(text) || saysThatCodeIsWrong(text),
  );

/** `OTP`, `otp_code` and `invalidOtp`, but not `hotplate`. */
const otpAbbreviation = /(?<![a-z])otp|Otp|OTP/;
const otpPhrase = /one[-_ ]?time[-_ ]?(?:code|pin)|pass[-_ ]?(?:code|word)|verification[-_ ]?code/i;

/**
 * Whether a text says of a code or PIN that it is wrong. Meta's own text for a wrong code is 'Verify code error' (136025).
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
const saysThatCodeIsWrong = (text: string): boolean => {
  const ownCode = text.replace(otherCodes, ' ');
  return wrongCode.test(ownCode) || codeIsWrong.test(ownCode);
};

const otherCodes =
  /(?:area|calling|country|currency|dialing|error|http|language|postal|response|result|status|sub|zip)[-_ ]?codes?(?![a-z])|\bcode:? ?\d+/gi;
const wrong = `(?:bad|error|expired?|fail(?:ed|ure)?|incorrect|invalid|mismatch|not? (?:correct|longer valid|match(?:ed)?|valid)|wrong)`;
const ownCode = `(?:code|pin)s?`;
/** At most four words, and no punctuation. */
const between = `(?:[ _-]+[a-z']+){0,4}[ _-]+`;
const wrongCode = new RegExp(`(?<![a-z])${wrong}${between}${ownCode}(?![a-z])`, 'i');
const codeIsWrong = new RegExp(`(?<![a-z])${ownCode}${between}${wrong}(?![a-z])`, 'i');

/** Maps a response without an envelope. */
const mapWithoutEnvelope = ({ status, body, endsWithConnection }: KaleyraResponse): Mapped => {
  if (isRedirect(status)) return redirect;
  const hasNoBody = isBlank(body) && status < 300;
  if (endsWithConnection && (hasNoBody || isCutShort(body))) {
    return { code: 'OutcomeUnknown', reason: 'response_cut_short' };
  }
  if (status === 401) return unauthorized;
  const reason = 'not_an_envelope';
  if (status === 429) return { code: 'RateLimited', reason };
  return { code: status >= 500 ? 'KaleyraFailed' : 'UnexpectedResponse', reason };
};

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

const redirect: Mapped = { code: 'UnexpectedResponse', reason: 'redirect' };
const contradictory: Mapped = { code: 'UnexpectedResponse', reason: 'contradictory' };
/** Kaleyra's gateway rejects a key with HTTP 401, also one that was replaced. */
const unauthorized: Mapped = { code: 'AccountNotAuthorized', reason: unauthorizedReason };

/** The detail of a failure without a message of Kaleyra's. */
const getDetail = (code: FailureCode, status: number, reason = ''): string => {
  switch (code) {
    case 'OutcomeUnknown':
      return getOutcomeUnknownDetail(reason);
    case 'RateLimited':
      return `Kaleyra limits the rate of requests (HTTP ${status}). Try again later.`;
    case 'AccountNotAuthorized':
      return `Kaleyra rejects the credentials (HTTP ${status}), and there are no newer ones. Check the SID and the API key.`;
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

/** 'Incorrect OTP format' would mislead: the format of every password that is sent is correct. */
const toDetail = (code: FailureCode, kaleyra: KaleyraResult): string => {
  if (code === 'OtpRejected' && /format/i.test(kaleyra.message)) return otpRejectedDetail;
  return kaleyra.message || `Kaleyra responded with ${kaleyra.code}, without a message.`;
};

export const otpRejectedDetail =
  'Kaleyra rejected the one-time password. Ask for it again, or request a new one.';

const maxRetryAfterSeconds = 86_400;

/** Reads `Retry-After` in either of its two forms. Source: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
const parseRetryAfter = (retryAfter = ''): number | undefined => {
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : parseSecondsUntil(retryAfter);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), maxRetryAfterSeconds);
};

const parseSecondsUntil = (date: string): number =>
  / GMT$/.test(date) ? Math.ceil((Date.parse(date) - Date.now()) / 1000) : Number.NaN;
