/** A cache that drops the least recently used entry above its limit, and removes expired entries from the memory. */
import type { Clock } from '../core/clock.ts';

export interface Expiring {
  /** The last moment at which the cache returns it, in milliseconds on the cache's clock. */
  readonly expiresAt: number;
}

export interface ExpiringCache<Value extends Expiring> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** Maximum time for which an expired entry stays in the memory, in milliseconds. */
const sweepIntervalMs = 60_000;

/** Creates the cache. */
export const createExpiringCache = <Value extends Expiring>(
  maxEntries: number,
  clock: Clock,
): ExpiringCache<Value> => {
  // In the order of their last use.
  const entries = new Map<string, Value>();
  let isSweepScheduled = false;

  const isExpired = ({ expiresAt }: Value): boolean => clock.now() > expiresAt;
  const scheduleSweep = (): void => {
    if (isSweepScheduled || entries.size === 0) return;
    isSweepScheduled = true;
    setTimeout(sweep, sweepIntervalMs).unref();
  };
  const sweep = (): void => {
    for (const [key, value] of entries) if (isExpired(value)) entries.delete(key);
    isSweepScheduled = false;
    scheduleSweep();
  };

  return {
    get: (key) => {
      const value = entries.get(key);
      entries.delete(key);
      if (!value || isExpired(value)) return undefined;
      entries.set(key, value);
      return value;
    },
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value ?? key);
      scheduleSweep();
    },
    delete: (key) => {
      entries.delete(key);
    },
  };
};
