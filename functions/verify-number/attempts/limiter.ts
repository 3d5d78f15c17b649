/** Limits the attempts at a number, so that passwords cannot be guessed. */
import { createHash } from 'node:crypto';
import type { OnFailure } from '../config.ts';
import type { NumberToVerify } from '../core/contract.ts';
import { Failure } from '../core/failures.ts';
import type { AttemptLimiter } from '../core/verify-number.ts';
import { attemptsDeadlineMs } from '../time-budget.ts';
import type { AttemptStore } from './dynamodb.ts';

/** Creates the limiter. An attempt is counted before it is made, so that parallel guesses cannot pass the limit. */
export const createAttemptLimiter = (store: AttemptStore, onFailure: OnFailure): AttemptLimiter => ({
  settleDeadlineMs: attemptsDeadlineMs,
  take: async (number) => {
    const key = toKey(number);
    const taken = await store.take(key).catch((error: unknown) => {
      const name = toErrorName(error);
      if (onFailure === 'refuse') throw createUnavailable(name);
      return { error: name };
    });
    if ('error' in taken) {
      return { error: taken.error, giveBack: async () => undefined, clear: async () => undefined };
    }
    if ('opensInMs' in taken) throw createTooMany(taken.opensInMs);
    return {
      giveBack: () => store.giveBack(key, taken.stamp).then(() => undefined, toErrorName),
      clear: () => store.clear(key).then(() => undefined, toErrorName),
    };
  },
});

/** The error itself contains the request, so only its name is passed on. */
const toErrorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/**
 * The key of a number in the table. Hashed so that numbers are not visible in exports, CloudTrail or on a screen; anyone
 * who wants to can try all numbers. A tenant id contains no `+`, so two pairs never have the same text.
 */
const toKey = ({ tenant_id, phone_number }: NumberToVerify): string =>
  createHash('sha256').update(tenant_id).update(phone_number).digest('base64url');

const createUnavailable = (reason: string): Failure =>
  new Failure(
    'AttemptsUnavailable',
    'Attempts cannot be counted now. Nothing was sent to Kaleyra. Try again later.',
    {
      reason,
    },
  );

const createTooMany = (opensInMs: number): Failure => {
  const seconds = Math.max(1, Math.ceil(opensInMs / 1000));
  return new Failure(
    'TooManyAttempts',
    `There were too many attempts at this number. Try again in ${seconds} seconds.`,
    {
      retryAfterSeconds: seconds,
    },
  );
};
