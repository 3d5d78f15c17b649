/**
 * The one catalogue of failures. Everything else that lists codes (problem documents, the OpenAPI document,
 * the Step Functions Retry list, metrics, alarms, docs) is read off `catalogue`.
 */
import type { KaleyraResult, RequestError } from './contract.ts';

interface CatalogueRow {
  /** HTTP status of the problem document. */
  readonly status: number;
  /** RFC 9457 `title`: the same for every occurrence. */
  readonly title: string;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** Seconds to wait before trying again, where Kaleyra named none. Every retryable 429 and 503 has it. */
  readonly retryAfterSeconds?: number;
}

export const catalogue = {
  RequestInvalid: { status: 400, title: 'Request invalid', retryable: false },
  UnsupportedMediaType: { status: 415, title: 'Content type is not JSON', retryable: false },
  RequestTooLarge: { status: 413, title: 'Request too large', retryable: false },
  TenantForbidden: { status: 403, title: 'Tenant forbidden', retryable: false },
  TenantUnknown: { status: 404, title: 'Tenant unknown', retryable: false },
  WabaNotFound: { status: 404, title: 'WhatsApp Business Account not found', retryable: false },
  AccountNotAuthorized: { status: 403, title: 'Kaleyra account not authorized', retryable: false },
  AlreadyVerified: { status: 409, title: 'Number already verified', retryable: false },
  OtpRejected: { status: 422, title: 'One-time password rejected', retryable: false },
  PhoneNumberRejected: { status: 422, title: 'Phone number rejected', retryable: false },
  RequestRejected: { status: 422, title: 'Request rejected by Kaleyra', retryable: false },
  InsufficientBalance: { status: 402, title: 'Insufficient balance', retryable: false },
  DailyLimitReached: { status: 429, title: 'Daily limit reached', retryable: false },
  RateLimited: { status: 429, title: 'Rate limited by Kaleyra', retryable: true, retryAfterSeconds: 10 },
  TooManyAttempts: { status: 429, title: 'Too many wrong passwords', retryable: false },
  CredentialsRejected: { status: 502, title: 'Credentials rejected by Kaleyra', retryable: false },
  CredentialsMisconfigured: { status: 500, title: 'Credentials misconfigured', retryable: false },
  CredentialsUnavailable: {
    status: 503,
    title: 'Credentials unavailable',
    retryable: true,
    retryAfterSeconds: 5,
  },
  PayloadRejected: { status: 502, title: 'Payload rejected by Kaleyra', retryable: false },
  // Kaleyra advises up to three retries, minutes apart, for the transient WA500.
  KaleyraUnavailable: { status: 503, title: 'Kaleyra unavailable', retryable: true, retryAfterSeconds: 60 },
  OutcomeUnknown: { status: 504, title: 'Outcome unknown', retryable: true },
  UnexpectedResponse: { status: 502, title: 'Unexpected response from Kaleyra', retryable: false },
  InternalError: { status: 500, title: 'Internal error', retryable: false },
} as const satisfies Record<string, CatalogueRow>;

/** The stable names that callers, workflows and alarms match on. */
export type FailureCode = keyof typeof catalogue;

export const failureCodes = Object.keys(catalogue) as readonly FailureCode[];

interface FailureFacts {
  /** Only with `RequestInvalid`: everything that is wrong, found at once. */
  readonly errors?: readonly RequestError[];
  /** Only where Kaleyra answered with its envelope. */
  readonly kaleyra?: KaleyraResult;
  /** Seconds, where something better than the catalogue's value is known. */
  readonly retryAfterSeconds?: number | undefined;
  /** Where the code alone does not say so: Kaleyra may have done what it was asked. */
  readonly mayBeDone?: boolean;
  /** What went wrong underneath. Never a request, URL, header or body: those may hold a key or a password. */
  readonly cause?: unknown;
}

/**
 * A request that ended in one of the catalogue's rows. `name` is the code, which is what Step Functions matches
 * in `ErrorEquals`; `message` is the detail, fit for the caller to read.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  declare readonly errors?: readonly RequestError[];
  declare readonly kaleyra?: KaleyraResult;
  declare readonly retryAfterSeconds?: number;
  declare readonly mayBeDone?: boolean;

  constructor(code: FailureCode, detail: string, facts: FailureFacts = {}) {
    super(detail, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = code;
    this.code = code;
    if (facts.errors) this.errors = facts.errors;
    if (facts.kaleyra) this.kaleyra = facts.kaleyra;
    if (facts.mayBeDone) this.mayBeDone = true;
    const row: CatalogueRow = catalogue[code];
    const retryAfterSeconds = facts.retryAfterSeconds ?? row.retryAfterSeconds;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Any thrown value as a `Failure`: a defect of ours becomes `InternalError`, which tells the caller nothing more. */
export const asFailure = (thrown: unknown): Failure =>
  thrown instanceof Failure
    ? thrown
    : new Failure(
        'InternalError',
        "Something went wrong on our side. The log says more, under this request's id.",
        {
          cause: thrown,
        },
      );
