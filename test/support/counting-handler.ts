/** A handler that counts attempts in memory, and a Kaleyra that responds as the test says. */
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import { Failure, type FailureCode } from '../../functions/verify-number/core/failures.ts';
import { createAttemptsMemory } from '../../lib/sandbox/attempts-memory.ts';
import { directEvent } from './events.ts';
import { createManualClock } from './manual-clock.ts';
import { createTestHandler, sampleSuccess } from './test-handler.ts';

export const createCountingHandler = (tenantRequestsPerMinute = 1000) => {
  const tenant_id = 'counted';
  const clock = createManualClock();
  let calls = 0;
  let respond: () => Promise<typeof sampleSuccess> = async () => sampleSuccess;
  const { invoke, events } = createTestHandler({
    kaleyra: {
      verify: () => {
        calls += 1;
        return respond();
      },
    },
    attempts: createAttemptLimiter(
      createAttemptsMemory(),
      { onFailure: 'allow', tenantRequestsPerMinute },
      clock,
    ),
  });
  const verify = (differing: Record<string, unknown> = {}): Promise<unknown> =>
    invoke(directEvent({ tenant_id, ...differing })).then(
      () => 'Verified',
      (failure: Failure) => failure.code,
    );
  return {
    tenant_id,
    clock,
    events,
    invoke,
    verify,
    countCalls: () => calls,
    respondWith: (failure?: FailureCode) => {
      respond = async () => {
        if (failure) throw new Failure(failure, 'd');
        return sampleSuccess;
      };
    },
    respondLater: (later: typeof respond) => {
      respond = later;
    },
  };
};

export const repeat = async <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) results.push(await work(index));
  return results;
};

export const fill = <T>(times: number, value: T): T[] => Array.from({ length: times }, () => value);
