/** The table in `docs/reliability.md`: what leads to each code, whether the attempt counts, and what the task does. */
import { maxRequestBytes } from '../../functions/verify-number/core/contract.ts';
import {
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../functions/verify-number/core/failures.ts';
import { inconclusiveRepeats } from '../../functions/verify-number/kaleyra/client.ts';
import { maxResponseBytes } from '../../functions/verify-number/kaleyra/transport.ts';
import { formatKibibytes } from '../../lib/reference/format-kibibytes.ts';
import { formatMarkdownTable } from '../../lib/reference/markdown-table.ts';
import { firstPhaseRetries, uncertainOutcomes } from '../../lib/step-functions/retry-schedule.ts';

const disjunction = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** What leads to a failure. */
const causes: Readonly<Record<FailureCode, string>> = {
  RequestInvalid: 'the request is not JSON, or a field is invalid',
  UnsupportedMediaType: 'the content type is not JSON',
  RequestTooLarge: `the request is larger than ${formatKibibytes(maxRequestBytes)}`,
  TenantForbidden: 'the token is not authorized for the tenant',
  TenantUnknown: 'the tenant has no secret, or it is being deleted',
  WabaNotFound: 'WA401 about `waba_id`',
  AccountNotAuthorized:
    'any other WA401. HTTP 401 without a documented code, after the credentials were read again and had not changed',
  AlreadyVerified:
    "WA500 or WA400 'already approved' or 'already verified'. In response to the repeat after a dead kept-alive connection, it is a success",
  OtpRejected:
    "WA400, WA401 or WA500 (not 'already approved') whose texts or keys mention the password, or say that a code or PIN is " +
    'wrong, under any HTTP status',
  PhoneNumberRejected: 'WA400 about `phone_number`',
  RequestRejected: 'any other WA400',
  InsufficientBalance: 'E110',
  DailyLimitReached: 'WAV2101',
  RateLimited:
    'WA429. Also HTTP 429, if the body is not an envelope, or has WA400, WA401 or an undocumented code and does not ' +
    'mention the password',
  TooManyAttempts: 'the number or the id has no attempts left',
  TenantRateLimited: 'the tenant has used its requests for this minute',
  AttemptsUnavailable: 'DynamoDB fails, and `attemptsOnFailure` is `refuse`',
  CredentialsRejected: 'RBC001 with credentials that were read again',
  CredentialsMisconfigured: 'the secret has another format, or cannot be read or decrypted',
  CredentialsUnavailable:
    "Secrets Manager throttles, fails, is unreachable or rejects the function's identity, and nothing is cached",
  PayloadRejected: 'WA400 about the payload, for both forms of `id`',
  KaleyraUnavailable: 'no connection: refused, no address, a wrong certificate, no handshake',
  KaleyraFailed: 'any other WA500; HTTP 5xx without the envelope or with an undocumented code',
  OutcomeUnknown:
    'no complete response: a timeout, a closed connection, not HTTP, JSON that is cut short. Also if the repeat after a ' +
    `dead kept-alive connection ends as ${disjunction.format(inconclusiveRepeats)}`,
  UnexpectedResponse: `a redirect, an undocumented code, a WA200 that contradicts itself, another body, or one of more than ${formatKibibytes(maxResponseBytes)}`,
  InternalError: 'a defect of this project',
};

/** The table in Markdown. */
export const formatReliabilityTable = (): string =>
  formatMarkdownTable(
    ['code', 'what leads to it', 'attempt counts', 'the task'],
    failureCodes.map((code) => [`\`${code}\``, causes[code], doesCount(code), getTaskAction(code)]),
  );

const doesCount = (code: FailureCode): 'yes' | 'no' =>
  getDefinition(code).passwordChecked === 'no' ? 'no' : 'yes';

const getTaskAction = (code: FailureCode): string => {
  if (code === 'AlreadyVerified') return 'fails; after an unknown outcome, it succeeds';
  if (uncertainOutcomes.some(({ errors }) => errors.includes(code))) {
    return 'retries; from then on, `AlreadyVerified` is a success';
  }
  if (firstPhaseRetries.some(({ errors }) => errors?.includes(code))) return 'retries';
  return getDefinition(code).retryable ? 'fails: the wait is longer than a password lives' : 'fails';
};
