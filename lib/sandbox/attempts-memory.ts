import { randomUUID } from 'node:crypto';
import type { AttemptStore, Stamp } from '../../functions/verify-number/attempts/dynamodb.ts';
import { maxAttempts, windowMs } from '../../functions/verify-number/attempts/limits.ts';
import type { Clock } from '../../functions/verify-number/core/clock.ts';

/** Attempts on record in this process, in place of the DynamoDB table. */
export const createAttemptsMemory = (clock: Clock = Date): AttemptStore => {
  const record = new Map<string, readonly { readonly stamp: Stamp; readonly madeAt: number }[]>();
  const attemptsAt = (number: string) => record.get(number) ?? [];
  return {
    take: async (number) => {
      const now = clock.now();
      const recent = attemptsAt(number).filter(({ madeAt }) => madeAt > now - windowMs);
      const [oldest] = recent;
      if (oldest && recent.length >= maxAttempts) return { opensInMs: oldest.madeAt + windowMs - now };
      const stamp = randomUUID();
      record.set(number, [...recent, { stamp, madeAt: now }]);
      return { stamp };
    },
    giveBack: async (number, stamp) => {
      const others = attemptsAt(number).filter((one) => one.stamp !== stamp);
      record.set(number, others);
    },
    clear: async (number) => {
      record.delete(number);
    },
  };
};
