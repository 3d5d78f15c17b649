/** How to get each outcome in the sandbox, as a table. */
import { attemptLimit } from '../../../functions/verify-number/attempts/limits.ts';
import { maxRequestBytes } from '../../../functions/verify-number/core/contract.ts';
import type { FailureCode } from '../../../functions/verify-number/core/failures.ts';
import { maxResponseBytes } from '../../../functions/verify-number/kaleyra/transport.ts';
import { formatKibibytes } from '../../reference/format-kibibytes.ts';
import type { sampleRequest } from '../../reference/sample-request.ts';
import { brokenTenants, rememberingTenantId } from '../tenants/seed-tenants.ts';
import {
  acceptId,
  type Behaviour,
  closeConnection,
  drip,
  type FixedBehaviour,
  redirect,
  resetConnection,
  sendBody,
  sendEnvelope,
  sendHalf,
  sendHtml,
  sendTooMuch,
  staySilent,
  verifyBut,
} from './behaviours.ts';
import { otherSamples, pageSamples } from './samples.ts';

/** The one-time password that is rejected. Any other six digits verify. */
export const rejectedOtp = '000000';

/** The last four digits of a number for which nothing listens at Kaleyra's address. */
export const unreachableLastFour = '0521';

/** A trigger that a phone number selects by its last four digits. */
interface PhoneNumberTrigger {
  readonly lastFour: string;
  /** What the simulated Kaleyra does. */
  readonly happens: string;
  readonly behaviour: Behaviour;
  /** Runs as soon as the number has been read, before the rest of the request. */
  readonly early?: FixedBehaviour;
}

/** A trigger that no phone number can select. */
interface OtherTrigger {
  /** What to send instead. */
  readonly instead: string;
  /** The fields of the sample request to change, if fields select the outcome. */
  readonly changes?: Partial<Record<keyof typeof sampleRequest, string>>;
}

type Trigger = PhoneNumberTrigger | OtherTrigger;

const number = (
  lastFour: string,
  happens: string,
  behaviour: Behaviour,
  early?: FixedBehaviour,
): PhoneNumberTrigger => ({ lastFour, happens, behaviour, ...(early && { early }) });

const other = (instead: string, changes?: OtherTrigger['changes']): OtherTrigger => ({
  instead,
  ...(changes && { changes }),
});

const tenant = (tenantId: string): OtherTrigger => other(`tenant \`${tenantId}\``, { tenant_id: tenantId });

/**
 * How to get each outcome in the sandbox. The simulator acts on this table, and the documentation's table, `--help` and
 * the console's buttons are made from it.
 */
export const triggers = {
  Verified: [
    other(`any other number, with any six digits except \`${rejectedOtp}\``, {}),
    number('1406', '`id` is rejected as a number and accepted as a string', acceptId('string')),
  ],
  RequestInvalid: [other('an invalid field, for example five digits as `otp`', { otp: '67124' })],
  UnsupportedMediaType: [other('the content type `text/plain` (HTTP only)')],
  RequestTooLarge: [other(`a body over ${formatKibibytes(maxRequestBytes)}`)],
  TenantForbidden: [other('with `TENANT_CLAIM`, a bearer token for another tenant')],
  TenantUnknown: [other('a tenant without a secret, for example `nobody`', { tenant_id: 'nobody' })],
  WabaNotFound: [number('0404', 'WA401 about `waba_id`', sendEnvelope(pageSamples.wabaNotFound))],
  AccountNotAuthorized: [number('0403', 'any other WA401', sendEnvelope(otherSamples.accountNotAuthorized))],
  AlreadyVerified: [
    number('0409', "WA500 'already approved'", sendEnvelope(pageSamples.alreadyApproved)),
    other(`tenant \`${rememberingTenantId}\`, a number that it has already verified`),
  ],
  OtpRejected: [
    other(`OTP \`${rejectedOtp}\`, unless the number selects another outcome`, { otp: rejectedOtp }),
  ],
  PhoneNumberRejected: [
    number('0422', 'WA400 about the phone number', sendEnvelope(pageSamples.phoneNumberRejected)),
  ],
  RequestRejected: [number('0400', 'any other WA400', sendEnvelope(otherSamples.requestRejected))],
  InsufficientBalance: [number('0402', 'E110', sendEnvelope(otherSamples.insufficientBalance))],
  DailyLimitReached: [number('2101', 'WAV2101', sendEnvelope(otherSamples.dailyLimitReached))],
  RateLimited: [
    number('0429', 'HTTP 429', sendBody(429)),
    number('1429', 'HTTP 429 with `Retry-After: 7`', sendBody(429, '', { 'retry-after': '7' })),
    number('2429', 'WA429', sendEnvelope(otherSamples.tooManyRequests)),
  ],
  TooManyAttempts: [
    other(
      `with \`ATTEMPTS_TABLE\`, OTP \`${rejectedOtp}\` ${attemptLimit + 1} times for one number; or the control \`use-up\``,
    ),
  ],
  TenantRateLimited: [
    other('with `ATTEMPTS_TABLE` and `TENANT_REQUESTS_PER_MINUTE=1`, two requests of a tenant in one minute'),
  ],
  AttemptsUnavailable: [
    other(
      `with \`ATTEMPTS_TABLE\` and \`ATTEMPTS_ON_FAILURE=refuse\`, tenant \`${brokenTenants.uncountable}\``,
    ),
  ],
  CredentialsRejected: [number('0401', 'RBC001', sendEnvelope(pageSamples.credentialsRejected))],
  CredentialsMisconfigured: [tenant(brokenTenants.misconfigured)],
  CredentialsUnavailable: [tenant(brokenTenants.unavailable)],
  PayloadRejected: [
    number(
      '0406',
      'WA400 about the payload, in both forms of `id`',
      sendEnvelope(pageSamples.payloadRejected),
    ),
  ],
  KaleyraUnavailable: [number(unreachableLastFour, 'the connection is refused', closeConnection)],
  KaleyraFailed: [
    number('0500', "WA500 'try again later'", sendEnvelope(pageSamples.tryAgainLater)),
    number('0502', 'HTTP 502 with a page of HTML', sendHtml(502)),
    number(
      '0503',
      'HTTP 503 with `Retry-After: 20` and an empty body',
      sendBody(503, '', { 'retry-after': '20' }),
    ),
  ],
  OutcomeUnknown: [
    number('0504', 'no response (takes 10 s)', staySilent),
    number('1504', 'half of a response', sendHalf(closeConnection)),
    number('2504', 'a response of one byte every half second (takes 10 s)', drip(500)),
    number('3504', 'a connection reset after the request was read', resetConnection),
    number('4504', 'a connection reset before the request was read', resetConnection, resetConnection),
    number(
      '5504',
      'Kaleyra verifies the number and closes the connection without a response',
      verifyBut(closeConnection),
    ),
    number(
      '6504',
      'Kaleyra verifies the number and sends half of a response',
      verifyBut(sendHalf(closeConnection)),
    ),
  ],
  UnexpectedResponse: [
    number('0302', 'a redirect', redirect(302, 'https://elsewhere.invalid/')),
    number('0200', 'HTTP 200 with a page of HTML', sendHtml(200)),
    number('0999', 'a code that Kaleyra does not document', sendEnvelope(otherSamples.unknownCode)),
    number('0413', `a response over ${formatKibibytes(maxResponseBytes)}`, sendTooMuch(70 * 1024)),
  ],
  InternalError: [other('not possible: a defect of this project')],
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

/** The trigger that a phone number selects, if it selects one. */
export const findTrigger = (phoneNumber: string): PhoneNumberTrigger | undefined =>
  byLastFour.get(phoneNumber.slice(-4));
