/**
 * The guide to every failure code, for the people who act on it: the text in `openapi.json`, `docs/problems.md` and the
 * sandbox. It is not in the catalogue, to keep it out of the Lambda bundle.
 */
import { attemptLimit, windowMs } from '../../functions/verify-number/attempts/limits.ts';
import { maxRequestBytes } from '../../functions/verify-number/core/contract.ts';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { formatKibibytes } from './format-kibibytes.ts';

interface Guidance {
  /** What happened. */
  readonly meaning: string;
  /** What the catalogue's `actor` does about it. */
  readonly remedy: string;
  /** Whether and when to retry. */
  readonly retry: string;
}

const neverRetry = 'Do not retry: the same request always fails.';
const retryAfter = 'After the seconds in `Retry-After`, with jitter, until the password expires.';

export const failureGuide: Readonly<Record<FailureCode, Guidance>> = {
  RequestInvalid: {
    meaning:
      'The request is not a single JSON object, or fields are missing or invalid. `errors` lists every problem. ' +
      'Nothing was sent to Kaleyra.',
    remedy: 'Correct the fields that `errors` points to.',
    retry: neverRetry,
  },
  UnsupportedMediaType: {
    meaning: 'The content type is missing or is not JSON. Only HTTP calls can fail like this.',
    remedy: 'Send `Content-Type: application/json`.',
    retry: neverRetry,
  },
  RequestTooLarge: {
    meaning: `The body, or the input of a direct call, is larger than ${formatKibibytes(maxRequestBytes)}.`,
    remedy: 'Send only the documented fields.',
    retry: neverRetry,
  },
  TenantForbidden: {
    meaning:
      'The token is authorized for another tenant, or for none, or its claim has another format. The response is the same ' +
      'whether or not the tenant exists.',
    remedy: 'Use a token whose tenant claim lists the tenant in the path.',
    retry: 'With another token.',
  },
  TenantUnknown: {
    meaning: 'There are no Kaleyra credentials for this tenant.',
    remedy: "Store the tenant's SID and API key, unless the caller mistyped the tenant id.",
    retry:
      '30 seconds after the secret is stored, because the function remembers an unknown tenant for that long.',
  },
  WabaNotFound: {
    meaning: "The WhatsApp Business Account is not in the tenant's Kaleyra account.",
    remedy: 'Compare `waba_id` with the account in the Kaleyra console, or add it there.',
    retry: 'With the correct `waba_id`, or after the account has it.',
  },
  AccountNotAuthorized: {
    meaning:
      "Kaleyra does not authorize the tenant's account or this number, or rejects its key with HTTP 401. Kaleyra may have " +
      'checked the password before.',
    remedy: 'Complete what Kaleyra requires of the account: KYC, a WhatsApp plan, an approved profile.',
    retry: 'After Kaleyra has approved the account.',
  },
  AlreadyVerified: {
    meaning:
      'The number is already verified. Kaleyra has no idempotency key, so repeating a successful request also fails ' +
      'like this.',
    remedy:
      'After `OutcomeUnknown`, `KaleyraFailed` or a broken connection, treat it as success. Otherwise the number was ' +
      'verified before.',
    retry: 'Do not retry: there is nothing left to do.',
  },
  OtpRejected: {
    meaning:
      'Kaleyra rejected the one-time password. Its response does not distinguish a wrong password from an expired one.',
    remedy: 'Ask for the password again, or request a new one.',
    retry: 'With another password.',
  },
  PhoneNumberRejected: {
    meaning: 'Kaleyra rejected the phone number, although it is in E.164 format.',
    remedy: 'Check that the number is the one that was added with this `id`.',
    retry: neverRetry,
  },
  RequestRejected: {
    meaning:
      'Kaleyra rejected the request for a reason that its documentation does not list. It may have checked the password.',
    remedy: 'Read `kaleyra.message`.',
    retry: neverRetry,
  },
  InsufficientBalance: {
    meaning: "The balance of the tenant's prepaid Kaleyra account is too low.",
    remedy: 'Top up the account in the Kaleyra console.',
    retry: 'After the account is topped up.',
  },
  DailyLimitReached: {
    meaning: "The tenant's Kaleyra account has reached its daily limit.",
    remedy: 'Wait until tomorrow, or ask Kaleyra for a higher limit.',
    retry: 'Tomorrow.',
  },
  RateLimited: {
    meaning: 'Kaleyra limits the rate of requests with this account. It did not process this one.',
    remedy: 'Send fewer requests, and add jitter to retries.',
    retry: retryAfter,
  },
  TooManyAttempts: {
    meaning:
      `${attemptLimit} attempts at this number, or with this \`id\`, have failed within ${windowMs / 60_000} minutes. ` +
      'Nothing was sent to Kaleyra. Only APIs that count attempts respond with this, to prevent guessing.',
    remedy: 'Make sure that the password comes from the owner of the number.',
    retry: 'After the seconds in `Retry-After`, with a new password: the current one has expired by then.',
  },
  TenantRateLimited: {
    meaning:
      'This tenant has used its requests for this minute. Nothing was sent to Kaleyra. Only APIs that count attempts ' +
      'respond with this.',
    remedy: 'Spread the requests over time, or ask the operator for a higher limit.',
    retry: retryAfter,
  },
  AttemptsUnavailable: {
    meaning:
      'Attempts cannot be counted, and this API refuses what it cannot count. Nothing was sent to Kaleyra.',
    remedy: 'Nothing, if it passes. If it persists, check DynamoDB and the `attempts_error` in the log.',
    retry: retryAfter,
  },
  CredentialsRejected: {
    meaning:
      "Kaleyra rejects the tenant's SID and API key, which the function has just read again. They are wrong, revoked, " +
      'for another pod, or limited to other IP addresses.',
    remedy:
      "Get a valid key from the tenant and store it. If the key is limited to IP addresses, add this API's address.",
    retry:
      'After the secret or the list of addresses is corrected. The function reads a new secret within 30 seconds.',
  },
  CredentialsMisconfigured: {
    meaning:
      "The tenant's secret is not in the documented format, or the function is not allowed to read or decrypt it.",
    remedy:
      'Store `{"sid": "…", "apiKey": "…"}`. Check the permissions for the secret and its key: `reason` in the log ' +
      'distinguishes the causes.',
    retry: '30 seconds after the secret or the permissions are corrected.',
  },
  CredentialsUnavailable: {
    meaning:
      "Secrets Manager is unreachable, throttles, or rejects the function's own identity, and no usable credentials " +
      'are cached.',
    remedy: 'Nothing, if it passes. If it persists, check Secrets Manager and the network path to it.',
    retry: retryAfter,
  },
  PayloadRejected: {
    meaning: 'Kaleyra cannot parse the payload, neither with `id` as a number nor as a string.',
    remedy: "Compare the payload with Kaleyra's current documentation: its format may have changed.",
    retry: neverRetry,
  },
  KaleyraUnavailable: {
    meaning: 'No connection to Kaleyra could be established. Nothing was sent.',
    remedy: 'Wait until Kaleyra is reachable again. The operator checks the network path if it persists.',
    retry: `${retryAfter} This is safe.`,
  },
  KaleyraFailed: {
    meaning:
      'Kaleyra, or a gateway in front of it, reported a failure of its own. The number may be verified.',
    remedy:
      'Wait until Kaleyra has recovered. After the 5 to 15 minutes that Kaleyra advises, a new password is needed.',
    retry: `${retryAfter} \`AlreadyVerified\` then means that this request succeeded.`,
  },
  OutcomeUnknown: {
    meaning: 'The request was sent, but no complete response arrived in time. The number may be verified.',
    remedy: 'Send the same request again: `AlreadyVerified` then means that this one succeeded.',
    retry: 'Immediately, because one-time passwords expire.',
  },
  UnexpectedResponse: {
    meaning:
      'Kaleyra responded with something that its documentation does not mention, for example a redirect. The number ' +
      'may be verified.',
    remedy: 'Find the `reason` in the log, and ask Kaleyra.',
    retry: 'Only to find out the outcome: `AlreadyVerified` then means that the number is verified.',
  },
  InternalError: {
    meaning: 'A defect of this API. The response hides the details; the log has them under the request id.',
    remedy: 'Find the request id of `instance` in the log, and report the defect.',
    retry: 'After it is fixed.',
  },
};
