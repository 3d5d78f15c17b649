import { describe, expect, it } from '@jest/globals';
import { createAttemptLimiter } from '../../../../../functions/verify-number/attempts/limiter.ts';
import { createAttemptsMemory } from '../../../../../lib/sandbox/attempts-memory.ts';
import { createCountingHandler, fill, type Method } from '../../../../support/counting-handler.ts';
import { httpEvent, sampleCommand } from '../../../../support/events.ts';

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
    const { verify, respondWith, events, countCalls } = createCountingHandler({ fails: failAlways });
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
    const { invoke, events, countKaleyraCalls } = createCountingHandler({
      onFailure: 'refuse',
      fails: failAlways,
    });
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
    const { verifyAll, respondWith, events, countKaleyraCalls } = createCountingHandler({
      fails: numberFails,
    });
    respondWith('OtpRejected');
    expect(await verifyAll(6)).toEqual([...fill(5, 'OtpRejected'), 'TooManyAttempts']);
    expect(countKaleyraCalls()).toBe(5);
    expect(events[0]).toHaveProperty('attempts_error', reason);
  });

  it('gives the others back if it refuses', async () => {
    const fails = { now: true };
    const { verifyAll, respondWith } = createCountingHandler({
      onFailure: 'refuse',
      fails: (method) => fails.now && requestFails(method),
    });
    respondWith('OtpRejected');
    expect(await verifyAll(10)).toEqual(fill(10, 'AttemptsUnavailable'));
    fails.now = false;
    expect(await verifyAll(6)).toEqual([...fill(5, 'OtpRejected'), 'TooManyAttempts']);
  });

  it.each(['allow', 'refuse'] as const)(
    'lets a refusal take precedence over the error (%s)',
    async (onFailure) => {
      const fails = { now: false };
      const { verify, respondWith } = createCountingHandler({
        onFailure,
        fails: (method) => fails.now && requestFails(method),
      });
      respondWith('OtpRejected');
      for (let count = 0; count < 5; count += 1) await verify();
      fails.now = true;
      expect(await verify()).toBe('TooManyAttempts');
    },
  );

  it('gives back also what failed, because the store may have applied it', async () => {
    const { verify, respondWith, countCalls } = createCountingHandler({ fails: numberFails });
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
      const { verify, respondWith, events, countCalls } = createCountingHandler({
        onFailure: 'refuse',
        fails: (each) => each === method,
      });
      respondWith(failure);
      expect(await verify()).toBe(outcome);
      expect(events[0]).toMatchObject({ outcome, attempts_error: reason });
      expect(countCalls(method)).toBe(2);
    },
  );

  it('still refuses', async () => {
    const { verify, respondWith } = createCountingHandler({
      fails: (method) => method === 'giveBackAttempt',
      tenantRequestsPerMinute: 1,
    });
    respondWith('OtpRejected');
    expect([await verify(), await verify()]).toEqual(['OtpRejected', 'TenantRateLimited']);
  });

  it('settles both counters, also if the first one fails', async () => {
    const { verify, respondWith } = createCountingHandler({
      fails: (method, call) => method === 'giveBackAttempt' && call % 2 === 1,
    });
    respondWith('AlreadyVerified');
    for (let count = 0; count < 5; count += 1) await verify();
    respondWith('OtpRejected');
    expect(await verify()).toBe('TooManyAttempts');
    expect(await verify({ phone_number: '+918888888888' })).toBe('OtpRejected');
  });
});
