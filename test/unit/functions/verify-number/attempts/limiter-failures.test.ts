import { describe, expect, it } from '@jest/globals';
import {
  type AttemptStore,
  createAttemptLimiter,
} from '../../../../../functions/verify-number/attempts/limiter.ts';
import type { OnFailure } from '../../../../../functions/verify-number/attempts/limits.ts';
import { Failure, type FailureCode } from '../../../../../functions/verify-number/core/failures.ts';
import { createAttemptsMemory } from '../../../../../lib/sandbox/attempts-memory.ts';
import { directEvent, httpEvent, sampleCommand } from '../../../../support/events.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';
import { createTestHandler, sampleSuccess } from '../../../../support/test-handler.ts';

type Method = keyof AttemptStore;

/** A handler whose store fails: `fails` is asked for each call of each method. */
const setUp = (
  onFailure: OnFailure,
  fails: (method: Method, call: number) => boolean,
  tenantRequestsPerMinute = 1000,
) => {
  const memory = createAttemptsMemory();
  const calls = new Map<Method, number>();
  const failOrRun = <T>(method: Method, work: () => Promise<T>): Promise<T> => {
    const call = (calls.get(method) ?? 0) + 1;
    calls.set(method, call);
    if (fails(method, call)) {
      return Promise.reject(Object.assign(new Error('d'), { name: 'ThrottlingException' }));
    }
    return work();
  };
  const store: AttemptStore = {
    takeAttempt: (...given) => failOrRun('takeAttempt', () => memory.takeAttempt(...given)),
    giveBackAttempt: (...given) => failOrRun('giveBackAttempt', () => memory.giveBackAttempt(...given)),
    clearAttempts: (...given) => failOrRun('clearAttempts', () => memory.clearAttempts(...given)),
    takeRequest: (...given) => failOrRun('takeRequest', () => memory.takeRequest(...given)),
    giveBackRequest: (...given) => failOrRun('giveBackRequest', () => memory.giveBackRequest(...given)),
  };
  let failure: FailureCode | undefined;
  let kaleyraCalls = 0;
  const { invoke, events } = createTestHandler({
    kaleyra: {
      verify: async () => {
        kaleyraCalls += 1;
        if (failure) throw new Failure(failure, 'd');
        return sampleSuccess;
      },
    },
    attempts: createAttemptLimiter(store, { onFailure, tenantRequestsPerMinute }, createManualClock()),
  });
  return {
    events,
    invoke,
    countCalls: (method: Method) => calls.get(method) ?? 0,
    countKaleyraCalls: () => kaleyraCalls,
    respondWith: (code: FailureCode | undefined) => {
      failure = code;
    },
    verify: (differing: Record<string, unknown> = {}): Promise<unknown> =>
      invoke(directEvent(differing)).then(
        () => 'Verified',
        (thrown: Failure) => thrown.code,
      ),
  };
};

const reason = 'ThrottlingException';

describe('the attempt limiter, if one counter refuses and another fails', () => {
  it.each<Method>(['takeAttempt', 'takeRequest'])(
    'reports the refusal, however short its wait is: %s fails',
    async (failing) => {
      const store = {
        ...createAttemptsMemory(),
        takeAttempt: async () => 1000,
        takeRequest: async () => false,
        [failing]: () => Promise.reject(new Error('d')),
      };
      // The last second of a minute.
      const clock = { now: () => 59_500 };
      const limiter = createAttemptLimiter(store, { onFailure: 'refuse', tenantRequestsPerMinute: 1 }, clock);
      const refused = failing === 'takeAttempt' ? 'TenantRateLimited' : 'TooManyAttempts';
      await expect(limiter.take(sampleCommand.number)).rejects.toMatchObject({
        code: refused,
        retryAfterSeconds: 1,
      });
    },
  );
});

describe('the attempt limiter, if nothing can be counted', () => {
  const failAlways = () => true;

  it('allows the request by default and logs the reason', async () => {
    const { verify, respondWith, events, countCalls } = setUp('allow', failAlways);
    respondWith('OtpRejected');
    expect([await verify(), await verify()]).toEqual(['OtpRejected', 'OtpRejected']);
    respondWith(undefined);
    expect(await verify()).toBe('Verified');
    expect(events[0]).toMatchObject({ outcome: 'OtpRejected', attempts_error: reason });
    expect(events[2]).toMatchObject({ outcome: 'Verified', attempts_error: reason });
    // The store may have applied an update that failed.
    expect([countCalls('giveBackAttempt'), countCalls('clearAttempts')]).toEqual([0, 2]);
  });

  it('refuses the request if configured, and sends nothing', async () => {
    const { invoke, events, countKaleyraCalls } = setUp('refuse', failAlways);
    const response = await invoke(httpEvent());
    expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    expect(JSON.parse((response as { body: string }).body)).toMatchObject({
      code: 'AttemptsUnavailable',
      retryable: true,
      detail: 'Attempts cannot be counted now. Nothing was sent to Kaleyra. Try again later.',
    });
    expect(countKaleyraCalls()).toBe(0);
    expect(events[0]).toMatchObject({ outcome: 'AttemptsUnavailable', reason, attempts_error: reason });
  });
});

describe('the attempt limiter, if one of its updates fails', () => {
  const numberFails = (method: Method, call: number) => method === 'takeAttempt' && call % 2 === 1;
  const requestFails = (method: Method) => method === 'takeRequest';

  it('allows the request and counts what it can', async () => {
    const { verify, respondWith, events, countKaleyraCalls } = setUp('allow', numberFails);
    respondWith('OtpRejected');
    const codes = [
      await verify(),
      await verify(),
      await verify(),
      await verify(),
      await verify(),
      await verify(),
    ];
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'OtpRejected'), 'TooManyAttempts']);
    expect(countKaleyraCalls()).toBe(5);
    expect(events[0]).toHaveProperty('attempts_error', reason);
  });

  it('gives the others back if it refuses', async () => {
    const fails = { now: true };
    const { verify, respondWith } = setUp('refuse', (method) => fails.now && requestFails(method));
    respondWith('OtpRejected');
    for (let count = 0; count < 10; count += 1) expect(await verify()).toBe('AttemptsUnavailable');
    fails.now = false;
    for (let count = 0; count < 5; count += 1) expect(await verify()).toBe('OtpRejected');
    expect(await verify()).toBe('TooManyAttempts');
  });

  it.each(['allow', 'refuse'] as const)(
    'lets a refusal take precedence over the error (%s)',
    async (onFailure) => {
      const fails = { now: false };
      const { verify, respondWith } = setUp(onFailure, (method) => fails.now && requestFails(method));
      respondWith('OtpRejected');
      for (let count = 0; count < 5; count += 1) await verify();
      fails.now = true;
      expect(await verify()).toBe('TooManyAttempts');
    },
  );

  it('gives back also what failed, because the store may have applied it', async () => {
    const { verify, respondWith, countCalls } = setUp('allow', numberFails);
    respondWith('AlreadyVerified');
    await verify();
    expect(countCalls('giveBackAttempt')).toBe(2);
    respondWith(undefined);
    await verify();
    expect(countCalls('clearAttempts')).toBe(2);
  });
});

describe('the attempt limiter, if an attempt cannot be given back', () => {
  it.each([
    ['giveBackAttempt', 'AlreadyVerified', 'AlreadyVerified'],
    ['clearAttempts', undefined, 'Verified'],
  ] as const)(
    'reports the result of Kaleyra, and the reason of %s in the log',
    async (method, failure, outcome) => {
      const { verify, respondWith, events, countCalls } = setUp('refuse', (each) => each === method);
      respondWith(failure);
      expect(await verify()).toBe(outcome);
      expect(events[0]).toMatchObject({ outcome, attempts_error: reason });
      expect(countCalls(method)).toBe(2);
    },
  );

  it('still refuses', async () => {
    const { verify, respondWith } = setUp('allow', (method) => method === 'giveBackAttempt', 1);
    respondWith('OtpRejected');
    expect([await verify(), await verify()]).toEqual(['OtpRejected', 'TenantRateLimited']);
  });

  it('settles both counters, also if the first one fails', async () => {
    const { verify, respondWith } = setUp(
      'allow',
      (method, call) => method === 'giveBackAttempt' && call % 2 === 1,
    );
    respondWith('AlreadyVerified');
    for (let count = 0; count < 5; count += 1) await verify();
    respondWith('OtpRejected');
    expect(await verify()).toBe('TooManyAttempts');
    expect(await verify({ phone_number: '+918888888888' })).toBe('OtpRejected');
  });
});
