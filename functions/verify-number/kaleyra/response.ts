import type { KaleyraResult } from '../core/contract.ts';
import { catalogue, Failure, type FailureCode } from '../core/failures.ts';
import type { KaleyraSuccess } from '../core/verify-number.ts';
import type { KaleyraResponse } from './transport.ts';

/** What must not be passed on, should Kaleyra repeat it. */
export interface Secrets {
  readonly apiKey: string;
  readonly otp: string;
  /** In E.164 form. It is not for the log, where Lambda writes what the direct entry point throws. */
  readonly phone_number: string;
}

/** Kaleyra's envelope, as it came. Nothing but `code` is sure; `error`'s keys and texts say what was wrong. */
interface Envelope extends KaleyraResult {
  readonly data: unknown;
  readonly error: Readonly<Record<string, unknown>>;
}

/**
 * Reads an answer: by the envelope's code if there is an envelope, else by the HTTP status.
 * Source: the vendor's page for the endpoint, its error codes pages, and its rate limits page.
 * @throws Failure for everything but WA200
 */
export const mapResponse = (response: KaleyraResponse, secrets: Secrets): KaleyraSuccess => {
  const { status } = response;
  const details = { kaleyraHttpStatus: status };
  if (status >= 300 && status < 400) {
    throw new Failure(
      'UnexpectedResponse',
      `Kaleyra responded with a redirect (HTTP ${status}), which is not followed.`,
      {
        ...details,
        reason: 'redirect',
      },
    );
  }
  const envelope = toEnvelope(response.body);
  if (envelope?.code === 'WA200') {
    const { code, data } = envelope;
    const message = presentable(envelope.message, secrets);
    // The reference may contain the number, which the response shows in any case.
    return {
      code,
      httpStatus: status,
      message,
      ...(typeof data === 'string' && { reference: presentable(data, secrets, true) }),
    };
  }
  const retryAfterSeconds = secondsOf(response.retryAfter);
  if (envelope) {
    const failureCode = codeOf(envelope, status);
    const kaleyra: KaleyraResult = {
      code: presentable(envelope.code, secrets),
      message: presentable(envelope.message, secrets),
    };
    const detail = kaleyra.message || `Kaleyra responded with ${kaleyra.code}.`;
    throw new Failure(failureCode, detail, {
      ...details,
      kaleyra,
      retryAfterSeconds: catalogue[failureCode].retryable ? retryAfterSeconds : undefined,
    });
  }
  if (status === 429) {
    throw new Failure('RateLimited', 'Kaleyra limits the rate of requests (HTTP 429).', {
      ...details,
      retryAfterSeconds,
    });
  }
  if (status >= 500) {
    throw new Failure('KaleyraFailed', `Kaleyra failed (HTTP ${status}). The number may be verified.`, {
      ...details,
      retryAfterSeconds,
    });
  }
  throw new Failure(
    'UnexpectedResponse',
    `Kaleyra's response (HTTP ${status}) does not have the documented format.`,
    {
      ...details,
      reason: 'not_an_envelope',
    },
  );
};

const codeOf = ({ code, message, error }: Envelope, status: number): FailureCode => {
  const has = (key: string) => Object.hasOwn(error, key);
  const says = (text: RegExp) =>
    [message, ...Object.values(error)].some((value) => typeof value === 'string' && text.test(value));
  switch (code) {
    case 'RBC001':
      return 'CredentialsRejected';
    case 'WA400':
      if (has('payload')) return 'PayloadRejected';
      if (has('phone_number')) return 'PhoneNumberRejected';
      if (has('otp') || says(/\botp\b|one[- ]time password/i)) return 'OtpRejected';
      if (says(/phone[ _]number/i)) return 'PhoneNumberRejected';
      if (says(/payload/i)) return 'PayloadRejected';
      return 'RequestRejected';
    case 'WA401':
      return has('waba_id') || says(/\bwaba[ _]?id\b/i) ? 'WabaNotFound' : 'AccountNotAuthorized';
    case 'WA500':
      return says(/already approved/i) ? 'AlreadyVerified' : 'KaleyraFailed';
    case 'E110':
      return 'InsufficientBalance';
    case 'WAV2101':
      return 'DailyLimitReached';
    default:
      return status === 429 ? 'RateLimited' : 'UnexpectedResponse';
  }
};

const toEnvelope = (body: Buffer): Envelope | undefined => {
  const value = parseJson(body);
  if (!isRecord(value) || typeof value['code'] !== 'string' || value['code'] === '') return undefined;
  const { code, message, data, error } = value;
  return {
    code,
    message: typeof message === 'string' ? message : '',
    data,
    error: typeof error === 'object' ? { ...error } : { error },
  };
};

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const longestText = 256;

/** A text of Kaleyra's that is fit to pass on: on one line, of bounded length, and without what must not be in it. */
const presentable = (text: string, { apiKey, otp, phone_number }: Secrets, showsNumber = false): string => {
  let clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll(apiKey, redacted);
  if (sixDigits.test(clean)) {
    clean = clean.replace(new RegExp(`(?<!\\d)${spelled(otp)}(?!\\d)`, 'g'), redacted);
    if (!showsNumber) clean = clean.replace(numberEndingIn(phone_number.slice(-7)), redacted);
  }
  return clean.slice(0, longestText).toWellFormed();
};

const redacted = '[redacted]';

/** What may stand between two digits of a password or a number. */
const between = '[^0-9A-Za-z]{0,3}';

/** Whether there is anything to look for: most texts have fewer digits, and are spared a search of their own. */
const sixDigits = new RegExp(`(?:\\d${between}){6}`);

/** A pattern of the digits, with or without something between them. */
const spelled = (digits: string): string => [...digits].join(between);

/** However much of the country's and the area's code stands before it. */
const numberEndingIn = (digits: string): RegExp =>
  new RegExp(`\\+?(?:\\d${between}){0,12}${spelled(digits)}(?!\\d)`, 'g');

/** `Retry-After` in seconds, from either of its forms (RFC 9110 section 10.2.3). */
const secondsOf = (retryAfter = ''): number | undefined => {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const date = /GMT$/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
};
