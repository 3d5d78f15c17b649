/** Counts attempts in memory instead of in DynamoDB. */
import type { AttemptStore } from '../../functions/verify-number/attempts/limiter.ts';
import { attemptLimit, windowMs } from '../../functions/verify-number/attempts/limits.ts';
import { getStampTime, type Stamp } from '../../functions/verify-number/attempts/stamp.ts';

export const createAttemptsMemory = (): AttemptStore => {
  const attempts = new Map<string, readonly Stamp[]>();
  const requests = new Map<string, Set<Stamp>>();
  return {
    takeAttempt: async (key, stamp) => {
      const opensAt = getStampTime(stamp) - windowMs;
      const recent = (attempts.get(key) ?? []).filter((each) => getStampTime(each) > opensAt);
      const [oldest] = recent;
      if (oldest && recent.length >= attemptLimit) return getStampTime(oldest) - opensAt;
      attempts.set(key, [...recent, stamp]);
      return 0;
    },
    giveBackAttempt: async (key, stamp) => {
      attempts.set(
        key,
        (attempts.get(key) ?? []).filter((each) => each !== stamp),
      );
    },
    clearAttempts: async (key) => {
      attempts.delete(key);
    },
    takeRequest: async (key, stamp, limit) => {
      const taken = requests.get(key) ?? new Set<Stamp>();
      if (taken.size >= limit && !taken.has(stamp)) return false;
      requests.set(key, taken.add(stamp));
      return true;
    },
    giveBackRequest: async (key, stamp) => {
      requests.get(key)?.delete(stamp);
    },
  };
};
