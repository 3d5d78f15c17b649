/**
 * What each code means to whoever has to act on it: the prose and the sample behind `openapi.json` and
 * `docs/problems.md`. It stands apart from the catalogue so that it stays out of the Lambda bundle; a code without a
 * row fails to compile.
 */
import {
  type KaleyraResult,
  maxRequestBytes,
  type RequestError,
} from '../../functions/verify-number/core/contract.ts';
import { asFailure, Failure, type FailureCode } from '../../functions/verify-number/core/failures.ts';
import { parseCommand, refuseTooLarge } from '../../functions/verify-number/core/parse-command.ts';
import { parseSecret } from '../../functions/verify-number/tenants/credentials.ts';

/** Who can end the problem: the calling program, the tenant whose account it is, whoever runs this API, or Kaleyra. */
export type Turn = 'caller' | 'tenant' | 'operator' | 'Kaleyra';

export interface Guidance {
  /** What has happened. */
  readonly meaning: string;
  readonly turn: Turn;
  /** What they do about it. */
  readonly remedy: string;
  /** Whether trying again makes sense, and when. */
  readonly again: string;
  /** What the function says in such a case: the facts of a `Failure`. */
  readonly sample: Sample;
}

interface Sample {
  readonly detail: string;
  /** As Kaleyra would word it. Only where its answer had the documented form. */
  readonly kaleyra?: KaleyraResult;
  readonly errors?: readonly RequestError[];
  /** Seconds, where the catalogue has no value of its own. */
  readonly retryAfterSeconds?: number;
}

const neverUnchanged = 'Not unchanged: the same request is refused each time.';

/** What the function itself says as it refuses. */
const saidBy = (refuse: () => unknown): Sample => {
  try {
    refuse();
  } catch (failure) {
    if (failure instanceof Failure) {
      return { detail: failure.message, ...(failure.errors && { errors: failure.errors }) };
    }
  }
  throw new Error('What the sample shows was not refused.');
};

/** A request with two mistakes. */
const parseInvalidRequest = () =>
  parseCommand(
    { tenant_id: 'acme', waba_id: '109012345678901' },
    { value: { id: '678997654123456', phone_number: '9765412345', otp: '67124' } },
  );

/** The sample of a failure whose detail is Kaleyra's own message. */
const kaleyraSaid = (code: string, message: string): Sample => ({
  detail: message,
  kaleyra: { code, message },
});

export const failureGuide: Readonly<Record<FailureCode, Guidance>> = {
  RequestInvalid: {
    meaning:
      'The request is not one JSON object, or some of its fields are missing or not in their documented form. ' +
      'Everything that is wrong is listed at once in `errors`. Nothing was sent to Kaleyra.',
    turn: 'caller',
    remedy: 'Correct what `errors` points at.',
    again: neverUnchanged,
    sample: saidBy(parseInvalidRequest),
  },
  UnsupportedMediaType: {
    meaning: 'The content type is missing or is not JSON. Only HTTP calls can get this.',
    turn: 'caller',
    remedy: 'Send `Content-Type: application/json`.',
    again: neverUnchanged,
    sample: { detail: 'The content type must be application/json.' },
  },
  RequestTooLarge: {
    meaning: 'The body, or the input of a direct call, is larger than 4 KiB and was not read.',
    turn: 'caller',
    remedy: 'Send only the documented fields.',
    again: neverUnchanged,
    sample: saidBy(() => refuseTooLarge(maxRequestBytes + 1)),
  },
  TenantForbidden: {
    meaning:
      'The token speaks for another tenant than the one in the path, or for none. Whether that tenant exists is not ' +
      'revealed. Only APIs that take tokens (JWT) answer this.',
    turn: 'caller',
    remedy: 'Call with a token whose tenant claim names the tenant in the path.',
    again: 'With another token.',
    sample: { detail: "The token does not speak for this path's tenant." },
  },
  TenantUnknown: {
    meaning: 'No Kaleyra credentials are stored for this tenant.',
    turn: 'operator',
    remedy: "Store the tenant's SID and API key as its secret, unless the caller mistyped the tenant id.",
    again: 'Half a minute after the secret was stored: an unknown tenant is remembered for that long.',
    sample: { detail: 'There is no secret for this tenant.' },
  },
  WabaNotFound: {
    meaning: "The WhatsApp Business Account is not in the tenant's Kaleyra account.",
    turn: 'tenant',
    remedy: 'Check `waba_id` against the account in the Kaleyra console, or have it onboarded there.',
    again: 'With the right `waba_id`, or once the account has it.',
    sample: kaleyraSaid('WA401', 'Waba_id is not present or does not belong to the account.'),
  },
  AccountNotAuthorized: {
    meaning: "Kaleyra does not allow the tenant's account, or this number, to be verified.",
    turn: 'tenant',
    remedy: 'Finish what Kaleyra asks of the account: KYC, a WhatsApp plan, an approved profile.',
    again: 'Once Kaleyra has approved the account.',
    sample: kaleyraSaid('WA401', 'Unauthorized'),
  },
  AlreadyVerified: {
    meaning:
      'The number is already verified. Kaleyra has no idempotency key, so repeating a request that had succeeded gets this too.',
    turn: 'caller',
    remedy:
      'After an `OutcomeUnknown` or a broken connection, treat it as success. Otherwise the number was verified before.',
    again: 'Never: there is nothing left to do.',
    sample: kaleyraSaid('WA500', 'wa phone number already approved'),
  },
  OtpRejected: {
    meaning:
      'Kaleyra did not accept the one-time password. It has one answer for all such cases, so a mistyped password ' +
      'and an expired one look alike.',
    turn: 'caller',
    remedy: 'Ask for the password again, or have a new one sent.',
    again: 'With another password.',
    sample: kaleyraSaid('WA400', 'Incorrect OTP format'),
  },
  PhoneNumberRejected: {
    meaning: 'Kaleyra did not accept the phone number, though it is in E.164 form.',
    turn: 'caller',
    remedy: 'Check that the number is the one that was added under this `id`.',
    again: neverUnchanged,
    sample: kaleyraSaid('WA400', 'invalid phone number'),
  },
  RequestRejected: {
    meaning: 'Kaleyra refused the request for a reason that its documentation does not list.',
    turn: 'caller',
    remedy: 'Read `kaleyra.message`: it is all that is known.',
    again: neverUnchanged,
    sample: kaleyraSaid('WA400', 'Phone registration is not open'),
  },
  InsufficientBalance: {
    meaning: "The tenant's prepaid Kaleyra account has too little credit.",
    turn: 'tenant',
    remedy: 'Top up the account in the Kaleyra console.',
    again: 'Once the account has credit.',
    sample: kaleyraSaid('E110', 'Insufficient balance'),
  },
  DailyLimitReached: {
    meaning: "The tenant's Kaleyra account has used up what it may do in a day.",
    turn: 'tenant',
    remedy: 'Wait until tomorrow, or ask Kaleyra for a higher limit.',
    again: 'Not today.',
    sample: kaleyraSaid('WAV2101', 'Daily limit reached'),
  },
  RateLimited: {
    meaning: 'Kaleyra is being asked too often with this account.',
    turn: 'caller',
    remedy: 'Slow down, and spread retries at random so that they do not all come at once.',
    again: 'After the seconds in `Retry-After`.',
    sample: { detail: 'Kaleyra limits the rate of requests (HTTP 429).' },
  },
  TooManyAttempts: {
    meaning:
      'Five attempts at this number have failed in ten minutes, with a wrong password or in a way that leaves open whether ' +
      'the password was tried. Only APIs that count attempts answer this, to stop guessing.',
    turn: 'caller',
    remedy: 'Make sure that the password comes from the owner of the number.',
    again: 'After the seconds in `Retry-After`, with the right password.',
    sample: {
      detail: 'Too many attempts at this number. Try again in 420 seconds.',
      retryAfterSeconds: 420,
    },
  },
  CredentialsRejected: {
    meaning:
      "Kaleyra does not accept the tenant's SID and API key, though they were read afresh. They are wrong, revoked or " +
      'of another pod, or the key is limited to addresses and this API calls from another one.',
    turn: 'operator',
    remedy:
      "Get a valid key from the tenant and store it. For a limited key, have this API's address added to its list.",
    again: 'Once the secret or the list is right. A new secret is noticed within half a minute.',
    sample: kaleyraSaid('RBC001', 'Incorrect SID or API key.'),
  },
  CredentialsMisconfigured: {
    meaning: "The tenant's secret is not in the documented form, or the function may not read or decrypt it.",
    turn: 'operator',
    remedy: 'Store `{"sid": "…", "apiKey": "…"}`, and check the right to the secret and to its key.',
    again: 'Once the secret can be read.',
    sample: saidBy(() => parseSecret('{}')),
  },
  CredentialsUnavailable: {
    meaning: 'Secrets Manager could not be reached or is throttling, and no usable credentials are cached.',
    turn: 'operator',
    remedy: 'Nothing, if it passes. If it persists, check Secrets Manager and the network path to it.',
    again: 'After the seconds in `Retry-After`.',
    sample: { detail: 'Secrets Manager could not be read.' },
  },
  PayloadRejected: {
    meaning: 'Kaleyra did not understand the payload, neither with `id` as a number nor as a string.',
    turn: 'operator',
    remedy: "Compare with Kaleyra's current documentation: its format may have changed.",
    again: neverUnchanged,
    sample: kaleyraSaid('WA400', 'Refer to correct payload format'),
  },
  KaleyraUnavailable: {
    meaning:
      'Kaleyra failed or could not be reached; or, on APIs that refuse what they cannot count, the attempt could not ' +
      'be counted.',
    turn: 'Kaleyra',
    remedy: 'Recover. Kaleyra advises up to three retries, minutes apart.',
    again: 'After the seconds in `Retry-After`.',
    sample: kaleyraSaid('WA500', 'Please try again later'),
  },
  OutcomeUnknown: {
    meaning: 'The request was sent, and no whole answer came in time. The number may or may not be verified.',
    turn: 'caller',
    remedy: 'Send the same request again: `AlreadyVerified` then means that this one had succeeded.',
    again: 'At once: one-time passwords expire.',
    sample: { detail: 'Kaleyra gave no whole answer (timed out). The number may be verified.' },
  },
  UnexpectedResponse: {
    meaning:
      'Kaleyra answered with something that its documentation does not mention, such as a redirect. The number may or ' +
      'may not be verified.',
    turn: 'operator',
    remedy: 'Look at the detail and take it up with Kaleyra.',
    again: 'Not unchanged, except to find out: `AlreadyVerified` then means that the number is verified.',
    sample: { detail: 'Kaleyra answered with a redirect (HTTP 302), which is not followed.' },
  },
  InternalError: {
    meaning:
      'A defect of this API. The answer says nothing more; the log does, under the request id in `instance`.',
    turn: 'operator',
    remedy: 'Look the request id up in the log and report the defect.',
    again: 'Once it is fixed.',
    sample: { detail: asFailure(undefined).message },
  },
};
