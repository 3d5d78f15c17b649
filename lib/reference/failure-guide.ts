/**
 * The guide to every failure code, for the people who act on it: the text and the sample in `openapi.json`,
 * `docs/problems.md` and the sandbox. It is not in the catalogue, to keep it out of the Lambda bundle.
 */
import {
  type KaleyraResult,
  maxRequestBytes,
  type RequestError,
} from '../../functions/verify-number/core/contract.ts';
import { Failure, type FailureCode, toFailure } from '../../functions/verify-number/core/failures.ts';
import { parseCommand, rejectTooLarge } from '../../functions/verify-number/core/parse-command.ts';
import { parseSecret } from '../../functions/verify-number/tenants/secret.ts';

export interface Guidance {
  /** What happened. */
  readonly meaning: string;
  /** What the catalogue's `actor` does about it. */
  readonly remedy: string;
  /** Whether and when to retry. */
  readonly retry: string;
  readonly sample: Sample;
}

/** The details of a typical `Failure`. */
interface Sample {
  readonly detail: string;
  /** Only if Kaleyra responds with its envelope. */
  readonly kaleyra?: KaleyraResult;
  readonly errors?: readonly RequestError[];
  /** Seconds, if the function computes them. */
  readonly retryAfterSeconds?: number;
}

const neverRetry = 'Do not retry: the same request always fails.';
const retryAfter = 'After the seconds in `Retry-After`.';

/** The sample of a failure that the function itself throws. */
const catchSample = (fail: () => unknown): Sample => {
  try {
    fail();
  } catch (failure) {
    if (failure instanceof Failure) {
      return { detail: failure.message, ...(failure.errors && { errors: failure.errors }) };
    }
  }
  throw new Error('The sample does not fail.');
};

const parseInvalidRequest = () =>
  parseCommand(
    { tenant_id: 'acme', waba_id: '109012345678901' },
    { value: { id: '678997654123456', phone_number: '9765412345', otp: '67124' } },
  );

/** The sample of a failure whose detail is Kaleyra's message. */
const kaleyraSample = (code: string, message: string): Sample => ({
  detail: message,
  kaleyra: { code, message },
});

export const failureGuide: Readonly<Record<FailureCode, Guidance>> = {
  RequestInvalid: {
    meaning:
      'The request is not a single JSON object, or fields are missing or invalid. `errors` lists every problem. ' +
      'Nothing was sent to Kaleyra.',
    remedy: 'Correct the fields that `errors` points to.',
    retry: neverRetry,
    sample: catchSample(parseInvalidRequest),
  },
  UnsupportedMediaType: {
    meaning: 'The content type is missing or is not JSON. Only HTTP calls can fail like this.',
    remedy: 'Send `Content-Type: application/json`.',
    retry: neverRetry,
    sample: { detail: 'The content type is not JSON. Send Content-Type: application/json.' },
  },
  RequestTooLarge: {
    meaning: 'The body, or the input of a direct call, is larger than 4 KiB.',
    remedy: 'Send only the documented fields.',
    retry: neverRetry,
    sample: catchSample(() => rejectTooLarge(maxRequestBytes + 1)),
  },
  TenantForbidden: {
    meaning:
      'The token is authorized for another tenant, or for none. The response is the same whether or not the tenant ' +
      'exists. Only APIs with JWT authorization respond with this.',
    remedy: 'Use a token whose tenant claim lists the tenant in the path.',
    retry: 'With another token.',
    sample: {
      detail:
        'The token is not authorized for this tenant. Use a token whose claim lists the tenant in the path.',
    },
  },
  TenantUnknown: {
    meaning: 'There are no Kaleyra credentials for this tenant.',
    remedy: "Store the tenant's SID and API key, unless the caller mistyped the tenant id.",
    retry:
      '30 seconds after the secret is stored, because the function remembers an unknown tenant for that long.',
    sample: {
      detail: "There is no secret for this tenant. Check the tenant id, or store the tenant's secret.",
    },
  },
  WabaNotFound: {
    meaning: "The WhatsApp Business Account is not in the tenant's Kaleyra account.",
    remedy: 'Compare `waba_id` with the account in the Kaleyra console, or add it there.',
    retry: 'With the correct `waba_id`, or after the account has it.',
    sample: kaleyraSample('WA401', 'Waba_id is not present or does not belong to the account.'),
  },
  AccountNotAuthorized: {
    meaning:
      "Kaleyra does not authorize the tenant's account or this number. Kaleyra may have checked the password before.",
    remedy: 'Complete what Kaleyra requires of the account: KYC, a WhatsApp plan, an approved profile.',
    retry: 'After Kaleyra has approved the account.',
    sample: kaleyraSample('WA401', 'Unauthorized'),
  },
  AlreadyVerified: {
    meaning:
      'The number is already verified. Kaleyra has no idempotency key, so repeating a successful request also fails ' +
      'like this.',
    remedy:
      'After `OutcomeUnknown`, `KaleyraFailed` or a broken connection, treat it as success. Otherwise the number was ' +
      'verified before.',
    retry: 'Do not retry: there is nothing left to do.',
    sample: kaleyraSample('WA500', 'wa phone number already approved'),
  },
  OtpRejected: {
    meaning:
      'Kaleyra rejected the one-time password. Its response does not distinguish a wrong password from an expired one.',
    remedy: 'Ask for the password again, or request a new one.',
    retry: 'With another password.',
    sample: kaleyraSample('WA400', 'Incorrect OTP format'),
  },
  PhoneNumberRejected: {
    meaning: 'Kaleyra rejected the phone number, although it is in E.164 format.',
    remedy: 'Check that the number is the one that was added with this `id`.',
    retry: neverRetry,
    sample: kaleyraSample('WA400', 'invalid phone number'),
  },
  RequestRejected: {
    meaning:
      'Kaleyra rejected the request for a reason that its documentation does not list. It may have checked the password.',
    remedy: 'Read `kaleyra.message`.',
    retry: neverRetry,
    sample: kaleyraSample('WA400', 'Phone registration is not open'),
  },
  InsufficientBalance: {
    meaning: "The balance of the tenant's prepaid Kaleyra account is too low.",
    remedy: 'Top up the account in the Kaleyra console.',
    retry: 'After the account is topped up.',
    sample: kaleyraSample('E110', 'Insufficient balance'),
  },
  DailyLimitReached: {
    meaning: "The tenant's Kaleyra account has reached its daily limit.",
    remedy: 'Wait until tomorrow, or ask Kaleyra for a higher limit.',
    retry: 'Tomorrow.',
    sample: kaleyraSample('WAV2101', 'Daily limit reached'),
  },
  RateLimited: {
    meaning: 'Kaleyra limits the rate of requests with this account. It did not process this one.',
    remedy: 'Send fewer requests, and add jitter to retries.',
    retry: retryAfter,
    sample: { detail: 'Kaleyra limits the rate of requests (HTTP 429). Try again later.' },
  },
  TooManyAttempts: {
    meaning:
      'Five attempts at this number, or with this `id`, have failed within ten minutes. Nothing was sent to Kaleyra. ' +
      'Only APIs that count attempts respond with this, to prevent guessing.',
    remedy: 'Make sure that the password comes from the owner of the number.',
    retry:
      'After the seconds in `Retry-After`, with the correct password. The current password expires before.',
    sample: {
      detail: 'There were too many attempts at this number. Try again in 420 seconds.',
      retryAfterSeconds: 420,
    },
  },
  TenantRateLimited: {
    meaning:
      'This tenant has used its requests for this minute. Nothing was sent to Kaleyra. Only APIs that count attempts ' +
      'respond with this.',
    remedy: 'Spread the requests over time, or ask the operator for a higher limit.',
    retry: retryAfter,
    sample: {
      detail: 'This tenant has used its requests for this minute. Try again in 20 seconds.',
      retryAfterSeconds: 20,
    },
  },
  AttemptsUnavailable: {
    meaning:
      'Attempts cannot be counted, and this API refuses what it cannot count. Nothing was sent to Kaleyra.',
    remedy: 'Nothing, if it passes. If it persists, check DynamoDB and the `attempts_error` in the log.',
    retry: retryAfter,
    sample: { detail: 'Attempts cannot be counted now. Nothing was sent to Kaleyra. Try again later.' },
  },
  CredentialsRejected: {
    meaning:
      "Kaleyra rejects the tenant's SID and API key, which the function has just read again. They are wrong, revoked, " +
      'for another pod, or limited to other IP addresses.',
    remedy:
      "Get a valid key from the tenant and store it. If the key is limited to IP addresses, add this API's address.",
    retry:
      'After the secret or the list of addresses is corrected. The function reads a new secret within 30 seconds.',
    sample: kaleyraSample('RBC001', 'Incorrect SID or API key.'),
  },
  CredentialsMisconfigured: {
    meaning:
      "The tenant's secret is not in the documented format, or the function is not allowed to read or decrypt it.",
    remedy:
      'Store `{"sid": "…", "apiKey": "…"}`. Check the permissions for the secret and its key: `reason` in the log ' +
      'distinguishes the causes.',
    retry: '30 seconds after the secret or the permissions are corrected.',
    sample: catchSample(() => parseSecret('{}')),
  },
  CredentialsUnavailable: {
    meaning:
      "Secrets Manager is unreachable, throttles, or rejects the function's own identity, and no usable credentials " +
      'are cached.',
    remedy: 'Nothing, if it passes. If it persists, check Secrets Manager and the network path to it.',
    retry: retryAfter,
    sample: { detail: 'Secrets Manager cannot be read now. Try again later.' },
  },
  PayloadRejected: {
    meaning: 'Kaleyra cannot parse the payload, neither with `id` as a number nor as a string.',
    remedy: "Compare the payload with Kaleyra's current documentation: its format may have changed.",
    retry: neverRetry,
    sample: kaleyraSample('WA400', 'Refer to correct payload format'),
  },
  KaleyraUnavailable: {
    meaning: 'No connection to Kaleyra could be established. Nothing was sent.',
    remedy: 'Wait until Kaleyra is reachable again. The operator checks the network path if it persists.',
    retry: `${retryAfter} This is free of risk.`,
    sample: { detail: 'Kaleyra cannot be reached (ECONNREFUSED). Nothing was sent. Try again later.' },
  },
  KaleyraFailed: {
    meaning:
      'Kaleyra, or a gateway in front of it, reported a failure of its own. The number may be verified.',
    remedy: 'Wait until Kaleyra has recovered. Kaleyra advises up to three retries, minutes apart.',
    retry: `${retryAfter} \`AlreadyVerified\` then means that this request succeeded.`,
    sample: kaleyraSample('WA500', 'Please try again later'),
  },
  OutcomeUnknown: {
    meaning: 'The request was sent, but no complete response arrived in time. The number may be verified.',
    remedy: 'Send the same request again: `AlreadyVerified` then means that this one succeeded.',
    retry: 'Immediately, because one-time passwords expire.',
    sample: {
      detail:
        'Kaleyra did not return a complete response (timeout). The number may be verified. Send the request again.',
    },
  },
  UnexpectedResponse: {
    meaning:
      'Kaleyra responded with something that its documentation does not mention, for example a redirect. The number ' +
      'may be verified.',
    remedy: 'Find the `reason` in the log, and ask Kaleyra.',
    retry: 'Only to find out the outcome: `AlreadyVerified` then means that the number is verified.',
    sample: {
      detail:
        'Kaleyra responded with a redirect (HTTP 302), which is not followed. The number may be verified.',
    },
  },
  InternalError: {
    meaning: 'A defect of this API. The response hides the details; the log has them under the request id.',
    remedy: 'Find the request id of `instance` in the log, and report the defect.',
    retry: 'After it is fixed.',
    sample: { detail: toFailure(undefined).message },
  },
};
