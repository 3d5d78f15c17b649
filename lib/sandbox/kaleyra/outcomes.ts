import type { FailureCode } from '../../../functions/verify-number/core/failures.ts';
import type { sampleRequest } from '../sample-request.ts';
import { brokenTenants } from '../seed-tenants.ts';
import {
  type Answer,
  accept,
  answer,
  answerByHalf,
  answerHtml,
  answerHugely,
  answerPlainly,
  type Behaviour,
  drip,
  keepSilent,
  rejectedOtp,
  resetConnection,
} from './behaviours.ts';
import { otherSamples, pageSamples } from './samples.ts';

/** A row that a phone number picks by its last four digits. */
export interface PhoneNumberTrigger {
  readonly lastFour: string;
  /** What the simulated Kaleyra does. */
  readonly happens: string;
  readonly behaviour: Behaviour;
  /** Done as soon as the number has been seen, before the request has been read to its end. */
  readonly early?: Answer;
}

/** A row that no phone number can pick. */
export interface OtherTrigger {
  /** What to send instead. */
  readonly instead: string;
  /** The sample request's fields that make it so, where a field does. */
  readonly changes?: Partial<Record<keyof typeof sampleRequest, string>>;
}

export type Trigger = PhoneNumberTrigger | OtherTrigger;

const number = (lastFour: string, happens: string, behaviour: Behaviour): PhoneNumberTrigger => ({
  lastFour,
  happens,
  behaviour,
});

/**
 * How each outcome is had in the sandbox. The one place: the simulator acts on it, and the README's table, `--help`
 * and the examples in the reference page are made from it.
 */
export const triggers = {
  Verified: [
    { instead: `any other number, with any six digits but \`${rejectedOtp}\``, changes: {} },
    number('1406', '`id` is rejected as a number, then taken as a string', accept('string')),
  ],
  RequestInvalid: [
    { instead: 'a field out of form, such as an `otp` of five digits', changes: { otp: '67124' } },
  ],
  UnsupportedMediaType: [{ instead: 'a content type that is not JSON, such as `text/plain` (HTTP only)' }],
  RequestTooLarge: [{ instead: 'a body over 4 KiB' }],
  TenantForbidden: [
    { instead: "with `TENANT_CLAIM` set, a bearer token whose claim does not hold the path's tenant" },
  ],
  TenantUnknown: [
    { instead: 'a tenant without a secret, such as `nobody`', changes: { tenant_id: 'nobody' } },
  ],
  WabaNotFound: [number('0404', 'WA401 about `waba_id`', answer(pageSamples.wabaNotFound))],
  AccountNotAuthorized: [number('0403', 'any other WA401', answer(otherSamples.accountNotAuthorized))],
  AlreadyVerified: [number('0409', "WA500 'already approved'", answer(pageSamples.alreadyApproved))],
  OtpRejected: [
    { instead: `OTP \`${rejectedOtp}\`, unless the number decides`, changes: { otp: rejectedOtp } },
  ],
  PhoneNumberRejected: [
    number('0422', 'WA400 about the phone number', answer(pageSamples.phoneNumberRejected)),
  ],
  RequestRejected: [number('0400', 'any other WA400', answer(otherSamples.requestRejected))],
  InsufficientBalance: [number('0402', 'E110', answer(otherSamples.insufficientBalance))],
  DailyLimitReached: [number('2101', 'WAV2101', answer(otherSamples.dailyLimitReached))],
  RateLimited: [
    number('0429', 'HTTP 429', answerPlainly(429)),
    number('1429', 'HTTP 429 with `Retry-After: 7`', answerPlainly(429, { 'retry-after': '7' })),
  ],
  TooManyAttempts: [
    {
      instead: `with \`ATTEMPTS_TABLE\` set to any name, OTP \`${rejectedOtp}\` six times for the same number`,
    },
  ],
  TenantRateLimited: [
    { instead: 'with `ATTEMPTS_TABLE` and `TENANT_REQUESTS_PER_MINUTE=1`, two requests in a minute' },
  ],
  AttemptsUnavailable: [{ instead: 'nothing: the sandbox counts attempts in memory' }],
  CredentialsRejected: [number('0401', 'RBC001', answer(pageSamples.credentialsRejected))],
  CredentialsMisconfigured: [
    {
      instead: `tenant \`${brokenTenants.misconfigured}\``,
      changes: { tenant_id: brokenTenants.misconfigured },
    },
  ],
  CredentialsUnavailable: [
    { instead: `tenant \`${brokenTenants.unavailable}\``, changes: { tenant_id: brokenTenants.unavailable } },
  ],
  PayloadRejected: [
    number('0406', 'WA400 about the payload, in both forms of `id`', answer(pageSamples.payloadRejected)),
  ],
  KaleyraUnavailable: [{ instead: 'with `KALEYRA_BASE_URL` set to a port that nothing listens on' }],
  KaleyraFailed: [
    number('0500', "WA500 'try again later'", answer(pageSamples.tryAgainLater)),
    number('0502', 'HTTP 502 with a page of HTML', answerHtml(502)),
    number(
      '0503',
      'HTTP 503 with `Retry-After: 20`, and nothing else',
      answerPlainly(503, { 'retry-after': '20' }),
    ),
  ],
  OutcomeUnknown: [
    number('0504', 'no answer at all (takes 10 s)', keepSilent),
    number('1504', 'half an answer', answerByHalf),
    number('2504', 'an answer that arrives at a byte every half second (takes 10 s)', drip),
    number('3504', 'a reset once the request has been read', resetConnection),
    {
      ...number('4504', 'a reset after the request was sent, before it has been read', resetConnection),
      early: resetConnection,
    },
  ],
  UnexpectedResponse: [
    number('0302', 'a redirect', answerPlainly(302, { location: 'https://elsewhere.invalid/' })),
    number('0200', 'HTTP 200 with a page of HTML', answerHtml(200)),
    number('0999', 'a code that Kaleyra does not document', answer(otherSamples.unknownCode)),
    number('0413', 'an answer over 64 KiB', answerHugely),
  ],
  InternalError: [{ instead: 'nothing: it would be a defect of ours' }],
} as const satisfies Record<FailureCode | 'Verified', readonly Trigger[]>;

export type Outcome = keyof typeof triggers;

/** Every outcome with its triggers, in the order of the catalogue. */
export const triggerRows: readonly { readonly outcome: Outcome; readonly trigger: Trigger }[] =
  Object.entries(triggers).flatMap(([outcome, all]) =>
    all.map((trigger: Trigger) => ({ outcome: outcome as Outcome, trigger })),
  );

const byLastFour = new Map<string, PhoneNumberTrigger>(
  triggerRows.flatMap(({ trigger }) => ('lastFour' in trigger ? [[trigger.lastFour, trigger]] : [])),
);

/** The row that a phone number picks, if it picks one. */
export const outcomeFor = (phoneNumber: string): PhoneNumberTrigger | undefined =>
  byLastFour.get(phoneNumber.slice(-4));
