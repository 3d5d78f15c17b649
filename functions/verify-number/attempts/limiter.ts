import { createHash } from 'node:crypto';
import type { OnFailure } from '../config.ts';
import type { VerifyNumberCommand } from '../core/contract.ts';
import { Failure, type FailureCode } from '../core/failures.ts';
import type { AttemptLimiter } from '../core/verify-number.ts';
import { timed } from '../telemetry/request-event.ts';
import type { AttemptsTable } from './dynamodb.ts';
import { deadlineMs } from './limits.ts';

/**
 * Failures that say that no password was tried, or that there is nothing left to guess. All others count: after an
 * unknown outcome, or a gateway's 5xx, whoever guesses would otherwise have another try each time that Kaleyra is slow.
 */
const notTried: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'WabaNotFound',
  'AccountNotAuthorized',
  'AlreadyVerified',
  'PhoneNumberRejected',
  'InsufficientBalance',
  'DailyLimitReached',
  'RateLimited',
  'TenantUnknown',
  'CredentialsRejected',
  'CredentialsMisconfigured',
  'CredentialsUnavailable',
  'PayloadRejected',
  'KaleyraUnavailable',
]);

/**
 * Counts an attempt before it is made, so that guesses made side by side cannot pass the limit, and takes it off the
 * record again where no password was tried. A number's success clears its record.
 */
export const createAttemptLimiter = (table: AttemptsTable, onFailure: OnFailure): AttemptLimiter => ({
  closingTimeMs: deadlineMs,
  run: async (command, trace, attempt) => {
    const number = keyOf(command);
    const counted = <T>(work: () => Promise<T>) =>
      timed(trace, 'attemptsMs', work).catch((error: unknown) => {
        // The error itself holds the request, so only its name goes on.
        trace.attemptsError = error instanceof Error ? error.name : typeof error;
        return undefined;
      });

    const taken = await counted(() => table.take(number));
    if (taken === undefined && onFailure === 'refuse') throw uncountable();
    if (taken === undefined) return attempt();
    if ('opensInMs' in taken) throw tooMany(taken.opensInMs);
    try {
      const result = await attempt();
      await counted(() => table.clear(number));
      return result;
    } catch (failure) {
      if (failure instanceof Failure && notTried.has(failure.code) && !failure.mayBeDone) {
        await counted(() => table.giveBack(number, taken.stamp));
      }
      throw failure;
    }
  },
});

/**
 * A number as the table knows it. Hashed only so that numbers do not stand in exports, in CloudTrail's data events or
 * on an operator's screen: who wants to can try all numbers. A tenant id has no `+`, so no two pairs look alike.
 */
const keyOf = ({ tenant_id, phone_number }: VerifyNumberCommand): string =>
  createHash('sha256').update(tenant_id).update(phone_number).digest('base64url');

/** What the caller is to do is what this code says: nothing was sent, so the same password may be tried later. */
const uncountable = (): Failure => {
  const detail = 'Attempts cannot be counted just now, so Kaleyra was not asked. Nothing was sent.';
  return new Failure('KaleyraUnavailable', detail, { retryAfterSeconds: 5 });
};

const tooMany = (opensInMs: number): Failure => {
  const seconds = Math.max(1, Math.ceil(opensInMs / 1000));
  const detail = `Too many attempts at this number. Try again in ${seconds} seconds.`;
  return new Failure('TooManyAttempts', detail, { retryAfterSeconds: seconds });
};
