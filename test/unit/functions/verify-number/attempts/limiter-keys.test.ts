import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createAttemptLimiter } from '../../../../../functions/verify-number/attempts/limiter.ts';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { createAttemptsMemory } from '../../../../../lib/sandbox/attempts-memory.ts';
import { sampleCommand } from '../../../../support/events.ts';

const limits = { onFailure: 'allow', tenantRequestsPerMinute: 60 } as const;
const clock = { now: () => 120_000 };

/** The keys that a request counts with. */
const getKeys = async (id: string): Promise<readonly string[]> => {
  const keys: string[] = [];
  const store = {
    ...createAttemptsMemory(),
    takeAttempt: async (key: string) => {
      keys.push(key);
      return 0;
    },
    takeRequest: async (key: string) => {
      keys.push(key);
      return true;
    },
  };
  await createAttemptLimiter(store, limits, clock).take({ ...sampleCommand.number, id });
  return keys;
};

const hash = (...parts: readonly string[]) =>
  createHash('sha256').update(parts.join('\n')).digest('base64url');

describe('the keys of the attempt limiter', () => {
  it('stay the same across versions, so that an update does not reset the counts', async () => {
    expect(await getKeys('0010')).toEqual([
      hash('number', 'acme', '+919765412345'),
      hash('id', 'acme', '10'),
      hash('requests', 'acme', '2'),
    ]);
  });

  it('ignore only leading zeros of an id', async () => {
    const [, id] = await getKeys('1001');
    expect(id).toBe(hash('id', 'acme', '1001'));
  });
});

describe('a refusal of the attempt limiter', () => {
  it.each(['number', 'id'])('has the counter as its reason: %s', async (reason) => {
    let calls = 0;
    const store = {
      ...createAttemptsMemory(),
      takeAttempt: async () => (calls++ === (reason === 'number' ? 0 : 1) ? 1000 : 0),
    };
    const refused = createAttemptLimiter(store, limits, clock).take(sampleCommand.number);
    const failure: Failure = await refused.then(
      () => {
        throw new Error('The request was not refused.');
      },
      (thrown) => thrown,
    );
    expect(failure).toMatchObject({ code: 'TooManyAttempts', reason });
  });
});
