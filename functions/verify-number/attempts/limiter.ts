/** Limits attempts, so that passwords cannot be guessed, and a tenant's requests, so that tenants share the capacity. */
import { createHash } from 'node:crypto';
import { getReason } from '../aws/aws-clients.ts';
import type { Clock } from '../core/clock.ts';
import { releaseCheckTenantId } from '../core/contract.ts';
import { defaultDetails, Failure } from '../core/failures.ts';
import { attemptsDeadlineMs } from '../core/time-budget.ts';
import type { AttemptLimiter } from '../core/verify-number.ts';
import { type AttemptsConfig, requestIntervalMs } from './limits.ts';
import { createStamp, type Stamp } from './stamp.ts';

/**
 * Port: the counted attempts and requests. Taking and giving back are idempotent by the stamp. Every method takes at most
 * `attemptsDeadlineMs`.
 * @throws Error if the store fails
 */
export interface AttemptStore {
  /**
   * Takes one of the key's attempts, if it has one left in the `windowMs` before now.
   * @returns 0 if it was taken, otherwise the milliseconds until the next attempt is allowed
   */
  takeAttempt(key: string, stamp: Stamp): Promise<number>;
  giveBackAttempt(key: string, stamp: Stamp): Promise<void>;
  /** Gives all of the key's attempts back. */
  clearAttempts(key: string): Promise<void>;
  /**
   * Takes one of the key's requests, if it has fewer than `limit`.
   * @returns whether it was taken
   */
  takeRequest(key: string, stamp: Stamp, limit: number): Promise<boolean>;
  giveBackRequest(key: string, stamp: Stamp): Promise<void>;
}

type Limits = Pick<AttemptsConfig, 'onFailure' | 'tenantRequestsPerMinute'>;

/**
 * Creates the limiter. It counts an attempt before Kaleyra is called, so that parallel guesses cannot exceed the limit.
 * An attempt counts for the number and for the id, because Kaleyra does not document which of them it verifies.
 */
export const createAttemptLimiter = (
  store: AttemptStore,
  { onFailure, tenantRequestsPerMinute }: Limits,
  clock: Clock = Date,
): AttemptLimiter => ({
  settleDeadlineMs: attemptsDeadlineMs,
  take: async ({ tenant_id, id, phone_number }) => {
    const now = clock.now();
    const stamp = createStamp(now);
    const attempts = [
      createAttemptCounter(
        store,
        toKey('number', tenant_id, phone_number),
        stamp,
        'number',
        'at this number',
      ),
      createAttemptCounter(store, toKey('id', tenant_id, stripZeros(id)), stamp, 'id', 'with this id'),
    ];
    // Release checks have no limit of requests, so that nobody can use it up before a release.
    const counters: readonly Counter[] =
      tenant_id === releaseCheckTenantId
        ? attempts
        : [...attempts, createRequestCounter(store, tenant_id, now, stamp, tenantRequestsPerMinute)];

    // Including those whose update failed, because the store may have applied it.
    const taken: Counter[] = [];
    const refusals: Failure[] = [];
    let error: string | undefined;
    const take = async (counter: Counter): Promise<void> => {
      try {
        const waitMs = await counter.take();
        if (waitMs === 0) taken.push(counter);
        else refusals.push(counter.refuse(toSeconds(waitMs)));
      } catch (thrown) {
        error = getReason(thrown);
        taken.push(counter);
      }
    };
    // Not a transaction: concurrent transactions on one tenant's item cancel each other.
    await Promise.all(counters.map(take));

    const unavailable = error && onFailure === 'refuse' ? createUnavailable(error) : undefined;
    const failure = findLongestWait(refusals) ?? unavailable;
    if (failure) {
      await Promise.allSettled(taken.map((counter) => counter.giveBack()));
      throw failure;
    }
    const takenAttempts = attempts.filter((counter) => taken.includes(counter));
    return {
      error,
      // The request still counts, because it has used capacity.
      giveBack: () => getError(takenAttempts.map((counter) => counter.giveBack())),
      clear: () => getError(takenAttempts.map((counter) => counter.clear())),
    };
  },
});

/** One of the limits that a request has to pass. */
interface Counter {
  /** Returns 0 if it was taken, otherwise the milliseconds until the next one is allowed. */
  readonly take: () => Promise<number>;
  readonly giveBack: () => Promise<void>;
  readonly refuse: (retryAfterSeconds: number) => Failure;
}

const createAttemptCounter = (
  store: AttemptStore,
  key: string,
  stamp: Stamp,
  reason: string,
  which: string,
) => ({
  take: () => store.takeAttempt(key, stamp),
  giveBack: () => store.giveBackAttempt(key, stamp),
  clear: () => store.clearAttempts(key),
  refuse: (retryAfterSeconds: number) =>
    new Failure(
      'TooManyAttempts',
      `There were too many attempts ${which}. Try again in ${retryAfterSeconds} seconds.`,
      { retryAfterSeconds, reason },
    ),
});

const createRequestCounter = (
  store: AttemptStore,
  tenantId: string,
  now: number,
  stamp: Stamp,
  limit: number,
): Counter => {
  const key = toKey('requests', tenantId, String(Math.floor(now / requestIntervalMs)));
  return {
    take: async () =>
      (await store.takeRequest(key, stamp, limit)) ? 0 : requestIntervalMs - (now % requestIntervalMs),
    giveBack: () => store.giveBackRequest(key, stamp),
    refuse: (retryAfterSeconds) =>
      new Failure(
        'TenantRateLimited',
        `This tenant has used its requests for this minute. Try again in ${retryAfterSeconds} seconds.`,
        { retryAfterSeconds },
      ),
  };
};

const createUnavailable = (reason: string): Failure =>
  new Failure('AttemptsUnavailable', defaultDetails.AttemptsUnavailable, { reason });

const findLongestWait = (refusals: readonly Failure[]): Failure | undefined =>
  refusals.toSorted((a, b) => (b.retryAfterSeconds ?? 0) - (a.retryAfterSeconds ?? 0))[0];

const toSeconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/**
 * Returns the key of a counter. The kind and the parts contain no line break, so different counters have different keys.
 * Hashed so that numbers do not appear in exports, in CloudTrail or on a screen. This is not anonymous: all numbers can be
 * tried.
 */
const toKey = (kind: 'number' | 'id' | 'requests', ...parts: readonly string[]): string =>
  createHash('sha256')
    .update([kind, ...parts].join('\n'))
    .digest('base64url');

/** Kaleyra may read an id with leading zeros as the same number. */
const stripZeros = (id: string): string => id.replace(/^0+(?=\d)/, '');

/** Waits for all updates. Returns the reason if one failed. */
const getError = async (updates: readonly Promise<void>[]): Promise<string | undefined> => {
  const results = await Promise.allSettled(updates);
  const failed = results.find((result) => result.status === 'rejected');
  return failed && getReason(failed.reason);
};
