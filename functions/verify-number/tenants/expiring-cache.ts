/** A cache with a limit of entries, which drops the least recently used one. Entries that have expired leave the memory. */
import type { Clock } from '../core/clock.ts';

export interface ExpiringCache<Value> {
  get(key: string): Value | undefined;
  /** @param expiresAt the last moment at which it is returned, in milliseconds on the cache's clock */
  set(key: string, value: Value, expiresAt: number): void;
  delete(key: string): void;
}

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** Maximum time for which an expired entry stays in the memory, in milliseconds. */
const sweepIntervalMs = 60_000;

/** Creates the cache. */
export const createExpiringCache = <Value>(maxEntries: number, clock: Clock): ExpiringCache<Value> => {
  // In the order of their last use.
  const entries = new Map<string, Entry<Value>>();
  let isSweepScheduled = false;

  const isExpired = ({ expiresAt }: Entry<Value>): boolean => clock.now() > expiresAt;
  const sweep = (): void => {
    for (const [key, entry] of entries) if (isExpired(entry)) entries.delete(key);
    isSweepScheduled = false;
    if (entries.size > 0) scheduleSweep();
  };
  const scheduleSweep = (): void => {
    if (!isSweepScheduled) setTimeout(sweep, sweepIntervalMs).unref();
    isSweepScheduled = true;
  };

  return {
    get: (key) => {
      const entry = entries.get(key);
      entries.delete(key);
      if (!entry || isExpired(entry)) return undefined;
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, expiresAt) => {
      entries.delete(key);
      entries.set(key, { value, expiresAt });
      const [oldest = key] = entries.keys();
      if (entries.size > maxEntries) entries.delete(oldest);
      scheduleSweep();
    },
    delete: (key) => {
      entries.delete(key);
    },
  };
};
