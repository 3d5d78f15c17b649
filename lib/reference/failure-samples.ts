/** A typical failure of every code, for `openapi.json`, `docs/problems.md` and the sandbox. */
import type { KaleyraResult, RequestError } from '../../functions/verify-number/core/contract.ts';
import { defaultDetails, Failure, type FailureCode } from '../../functions/verify-number/core/failures.ts';
import { parseCommand } from '../../functions/verify-number/core/parse-command.ts';
import { otpRejectedDetail } from '../../functions/verify-number/kaleyra/response.ts';
import { parseSecret } from '../../functions/verify-number/tenants/secret.ts';

/** The details of a typical `Failure`. */
interface Sample {
  readonly detail: string;
  /** Only if Kaleyra responds with its envelope. */
  readonly kaleyra?: KaleyraResult;
  readonly errors?: readonly RequestError[];
  /** Seconds, if the function computes them. */
  readonly retryAfterSeconds?: number;
}

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
const toKaleyraSample = (code: string, message: string): Sample => ({
  detail: message,
  kaleyra: { code, message },
});

const defaultSamples = Object.fromEntries(
  Object.entries(defaultDetails).map(([code, detail]) => [code, { detail }]),
) as Readonly<Record<keyof typeof defaultDetails, Sample>>;

export const failureSamples: Readonly<Record<FailureCode, Sample>> = {
  ...defaultSamples,
  RequestInvalid: catchSample(parseInvalidRequest),
  WabaNotFound: toKaleyraSample('WA401', 'Waba_id is not present or does not belong to the account.'),
  AccountNotAuthorized: toKaleyraSample('WA401', 'Unauthorized'),
  AlreadyVerified: toKaleyraSample('WA500', 'wa phone number already approved'),
  OtpRejected: { ...toKaleyraSample('WA400', 'Incorrect OTP format'), detail: otpRejectedDetail },
  PhoneNumberRejected: toKaleyraSample('WA400', 'invalid phone number'),
  RequestRejected: toKaleyraSample('WA400', 'Phone registration is not open'),
  InsufficientBalance: toKaleyraSample('E110', 'Insufficient balance'),
  DailyLimitReached: toKaleyraSample('WAV2101', 'Daily limit reached'),
  RateLimited: { detail: 'Kaleyra limits the rate of requests (HTTP 429). Try again later.' },
  TooManyAttempts: {
    detail: 'There were too many attempts at this number. Try again in 420 seconds.',
    retryAfterSeconds: 420,
  },
  TenantRateLimited: {
    detail: 'This tenant has used its requests for this minute. Try again in 20 seconds.',
    retryAfterSeconds: 20,
  },
  CredentialsRejected: toKaleyraSample('RBC001', 'Incorrect SID or API key.'),
  CredentialsMisconfigured: catchSample(() => parseSecret('{}')),
  PayloadRejected: toKaleyraSample('WA400', 'Refer to correct payload format'),
  KaleyraUnavailable: {
    detail: 'Kaleyra cannot be reached (ECONNREFUSED). Nothing was sent. Try again later.',
  },
  KaleyraFailed: toKaleyraSample('WA500', 'Please try again later'),
  OutcomeUnknown: {
    detail:
      'Kaleyra did not return a complete response (timeout). The number may be verified. Send the request again.',
  },
  UnexpectedResponse: {
    detail:
      'Kaleyra responded with a redirect (HTTP 302), which is not followed. The number may be verified.',
  },
};
