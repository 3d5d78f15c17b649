/**
 * The catalogue of failures: every code with every property that depends on it. Other lists of codes are derived from
 * it, or the compiler checks them against it.
 */
import { type KaleyraResult, maxRequestBytes, type RequestError } from './contract.ts';

/** Who can resolve a failure: the calling program, the tenant, the operator of this API, or Kaleyra. */
export type Actor = 'caller' | 'tenant' | 'operator' | 'Kaleyra';

/** Whether Kaleyra may have checked the one-time password before the failure. */
export type PasswordChecked = 'no' | 'yes' | 'unknown';

interface FailureDefinition {
  /** HTTP status of the problem details. */
  readonly status: number;
  /** RFC 9457 `title`: the same for every occurrence. */
  readonly title: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** An attempt counts against the limit unless this is `no`. A retryable `no` can be retried without risk. */
  readonly passwordChecked: PasswordChecked;
  readonly actor: Actor;
  /** Default of `Retry-After` in seconds. Required for every retryable 429 and 503. */
  readonly retryAfterSeconds?: number;
}

// biome-ignore format: one line per code, to be read as a table
export const catalogue = {
  RequestInvalid:           { status: 400, title: 'Request invalid',                     retryable: false, passwordChecked: 'no',      actor: 'caller' },
  UnsupportedMediaType:     { status: 415, title: 'Content type is not JSON',            retryable: false, passwordChecked: 'no',      actor: 'caller' },
  RequestTooLarge:          { status: 413, title: 'Request too large',                   retryable: false, passwordChecked: 'no',      actor: 'caller' },
  TenantForbidden:          { status: 403, title: 'Tenant forbidden',                    retryable: false, passwordChecked: 'no',      actor: 'caller' },
  TenantUnknown:            { status: 404, title: 'Tenant unknown',                      retryable: false, passwordChecked: 'no',      actor: 'operator' },
  WabaNotFound:             { status: 404, title: 'WhatsApp Business Account not found', retryable: false, passwordChecked: 'no',      actor: 'tenant' },
  AccountNotAuthorized:     { status: 403, title: 'Kaleyra account not authorized',      retryable: false, passwordChecked: 'unknown', actor: 'tenant' },
  AlreadyVerified:          { status: 409, title: 'Number already verified',             retryable: false, passwordChecked: 'no',      actor: 'caller' },
  OtpRejected:              { status: 422, title: 'One-time password rejected',          retryable: false, passwordChecked: 'yes',     actor: 'caller' },
  PhoneNumberRejected:      { status: 422, title: 'Phone number rejected',               retryable: false, passwordChecked: 'no',      actor: 'caller' },
  RequestRejected:          { status: 422, title: 'Request rejected by Kaleyra',         retryable: false, passwordChecked: 'unknown', actor: 'caller' },
  InsufficientBalance:      { status: 402, title: 'Insufficient balance',                retryable: false, passwordChecked: 'no',      actor: 'tenant' },
  DailyLimitReached:        { status: 429, title: 'Daily limit reached',                 retryable: false, passwordChecked: 'no',      actor: 'tenant' },
  RateLimited:              { status: 429, title: 'Rate limited by Kaleyra',             retryable: true,  passwordChecked: 'no',      actor: 'caller',   retryAfterSeconds: 10 },
  // The window of attempts/limits.ts. The function replaces it with the rest of the window.
  TooManyAttempts:          { status: 429, title: 'Too many attempts',                   retryable: true,  passwordChecked: 'no',      actor: 'caller',   retryAfterSeconds: 600 },
  // The function replaces it with the rest of the minute.
  TenantRateLimited:        { status: 429, title: 'Too many requests for this tenant',   retryable: true,  passwordChecked: 'no',      actor: 'caller',   retryAfterSeconds: 60 },
  AttemptsUnavailable:      { status: 503, title: 'Attempts cannot be counted',          retryable: true,  passwordChecked: 'no',      actor: 'operator', retryAfterSeconds: 5 },
  CredentialsRejected:      { status: 502, title: 'Credentials rejected by Kaleyra',     retryable: false, passwordChecked: 'no',      actor: 'operator' },
  CredentialsMisconfigured: { status: 500, title: 'Credentials misconfigured',           retryable: false, passwordChecked: 'no',      actor: 'operator' },
  CredentialsUnavailable:   { status: 503, title: 'Credentials unavailable',             retryable: true,  passwordChecked: 'no',      actor: 'operator', retryAfterSeconds: 5 },
  PayloadRejected:          { status: 502, title: 'Payload rejected by Kaleyra',         retryable: false, passwordChecked: 'no',      actor: 'operator' },
  KaleyraUnavailable:       { status: 503, title: 'Kaleyra unavailable',                 retryable: true,  passwordChecked: 'no',      actor: 'Kaleyra',  retryAfterSeconds: 10 },
  // Kaleyra advises up to three retries, minutes apart. A one-time password lives about ten minutes.
  KaleyraFailed:            { status: 503, title: 'Kaleyra failed',                      retryable: true,  passwordChecked: 'unknown', actor: 'Kaleyra',  retryAfterSeconds: 60 },
  OutcomeUnknown:           { status: 504, title: 'Outcome unknown',                     retryable: true,  passwordChecked: 'unknown', actor: 'caller' },
  UnexpectedResponse:       { status: 502, title: 'Unexpected response from Kaleyra',    retryable: false, passwordChecked: 'unknown', actor: 'operator' },
  InternalError:            { status: 500, title: 'Internal error',                      retryable: false, passwordChecked: 'unknown', actor: 'operator' },
} as const satisfies Record<string, FailureDefinition>;

/** The stable names that callers, workflows and alarms match. */
export type FailureCode = keyof typeof catalogue;

export const failureCodes = Object.keys(catalogue) as readonly FailureCode[];

/** Returns the code's properties, including the optional ones. */
export const getDefinition = (code: FailureCode): FailureDefinition => catalogue[code];

/** The detail of every code whose detail depends neither on the request nor on Kaleyra's response. */
export const defaultDetails = {
  UnsupportedMediaType: 'The content type is not JSON. Send Content-Type: application/json.',
  RequestTooLarge: `The request is larger than ${maxRequestBytes} bytes. Send only the documented fields.`,
  TenantForbidden:
    'The token is not authorized for this tenant. Use a token whose claim lists the tenant in the path.',
  TenantUnknown: "There is no secret for this tenant. Check the tenant id, or store the tenant's secret.",
  AttemptsUnavailable: 'Attempts cannot be counted now. Nothing was sent to Kaleyra. Try again later.',
  CredentialsUnavailable: 'Secrets Manager cannot be read now. Try again later.',
  InternalError: 'The request failed because of a defect. Give the request id to the operator of this API.',
} as const satisfies Partial<Record<FailureCode, string>>;

interface FailureDetails {
  /** Only for `RequestInvalid`: every problem of the request. */
  readonly errors?: readonly RequestError[];
  /** Only if Kaleyra responded with its envelope. */
  readonly kaleyra?: KaleyraResult;
  /** HTTP status of Kaleyra's response, if there was one. */
  readonly kaleyraHttpStatus?: number;
  /** Seconds, if a better value than the catalogue's is known. */
  readonly retryAfterSeconds?: number | undefined;
  /** A stable word for the underlying cause, for the log: a socket error code, an AWS error name, `timeout`. */
  readonly reason?: string | undefined;
  /** For `InternalError`: what was thrown. */
  readonly defect?: unknown;
}

/**
 * A request that failed with a code of the catalogue. `name` is the code, which Step Functions matches in
 * `ErrorEquals`; `message` is the detail, which the caller may read.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  declare readonly errors?: readonly RequestError[];
  declare readonly kaleyra?: KaleyraResult;
  declare readonly kaleyraHttpStatus?: number;
  declare readonly retryAfterSeconds?: number;
  declare readonly reason?: string;
  /** Private, and no `cause`, because Lambda logs an error's properties and causes. */
  readonly #defect: unknown;

  constructor(code: FailureCode, detail: string, details: FailureDetails = {}) {
    const { errors, kaleyra, kaleyraHttpStatus, reason, defect } = details;
    super(detail);
    this.name = code;
    this.code = code;
    if (errors) this.errors = errors;
    if (kaleyra) this.kaleyra = kaleyra;
    if (kaleyraHttpStatus !== undefined) this.kaleyraHttpStatus = kaleyraHttpStatus;
    if (reason !== undefined) this.reason = reason;
    const retryAfterSeconds = details.retryAfterSeconds ?? getDefinition(code).retryAfterSeconds;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
    this.#defect = defect;
  }

  /** What was thrown if the code is `InternalError`. Its message may quote the request. */
  getDefect(): unknown {
    return this.#defect;
  }
}

/** Converts a thrown value to a `Failure`. A defect becomes `InternalError`, which hides its details from the caller. */
export const toFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure
    ? thrown
    : new Failure('InternalError', defaultDetails.InternalError, { defect: thrown });
