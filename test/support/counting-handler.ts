/** A handler that counts attempts in memory, with a store and a Kaleyra that fail as the test says. */
import { type AttemptStore, createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import type { AttemptsConfig } from '../../functions/verify-number/attempts/limits.ts';
import { Failure, type FailureCode } from '../../functions/verify-number/core/failures.ts';
import { createAttemptsMemory } from '../../lib/sandbox/attempts-memory.ts';
import { directEvent } from './events.ts';
import { createManualClock } from './manual-clock.ts';
import { createTestHandler, sampleSuccess } from './test-handler.ts';

export type Method = keyof AttemptStore;

interface Given extends Partial<Pick<AttemptsConfig, 'onFailure' | 'tenantRequestsPerMinute'>> {
  /** Asked for each call of each method of the store. */
  readonly fails?: (method: Method, call: number) => boolean;
}

export const createCountingHandler = (given: Given = {}) => {
  const { onFailure = 'allow', tenantRequestsPerMinute = 1000, fails = () => false } = given;
  const calls = new Map<Method, number>();
  const store = new Proxy(createAttemptsMemory(), {
    get: (memory, method: Method) => async (key: string, stamp: string, limit: number) => {
      const call = (calls.get(method) ?? 0) + 1;
      calls.set(method, call);
      if (fails(method, call)) throw Object.assign(new Error('d'), { name: 'ThrottlingException' });
      return memory[method](key, stamp, limit);
    },
  });
  const clock = createManualClock();
  let kaleyraCalls = 0;
  let failure: FailureCode | undefined;
  const { invoke, events } = createTestHandler({
    kaleyra: {
      verify: async () => {
        kaleyraCalls += 1;
        if (failure) throw new Failure(failure, 'd');
        return sampleSuccess;
      },
    },
    attempts: createAttemptLimiter(store, { onFailure, tenantRequestsPerMinute }, clock),
  });
  const verify = (differing: Record<string, unknown> = {}): Promise<unknown> =>
    invoke(directEvent(differing)).then(
      () => 'Verified',
      (thrown: Failure) => thrown.code,
    );
  return {
    clock,
    events,
    invoke,
    verify,
    /** Verifies several times, one after the other. */
    verifyAll: async (times: number, differing: (index: number) => Record<string, unknown> = () => ({})) => {
      const codes: unknown[] = [];
      for (let index = 0; index < times; index += 1) codes.push(await verify(differing(index)));
      return codes;
    },
    countCalls: (method: Method) => calls.get(method) ?? 0,
    countKaleyraCalls: () => kaleyraCalls,
    /** @param code absent: Kaleyra verifies the number */
    respondWith: (code?: FailureCode) => {
      failure = code;
    },
  };
};

export const fill = <T>(times: number, value: T): T[] => Array.from({ length: times }, () => value);
