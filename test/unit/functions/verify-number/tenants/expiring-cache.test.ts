import { describe, expect, it } from '@jest/globals';
import {
  createExpiringCache,
  type Expiring,
} from '../../../../../functions/verify-number/tenants/expiring-cache.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';

const timers = useManualTimers();

const setUp = () => {
  const clock = createManualClock();
  const cache = createExpiringCache<Expiring & { readonly name: string }>(2, clock);
  /** Stores an entry whose value has the name of its key. */
  const set = (name: string, ttlMs = 10) => cache.set(name, { name, expiresAt: clock.now() + ttlMs });
  return { clock, cache, set, get: (name: string) => cache.get(name)?.name };
};

describe('createExpiringCache', () => {
  it('returns an entry until it expires', () => {
    const { clock, set, get } = setUp();
    set('a');
    clock.pass(10);
    expect(get('a')).toBe('a');
    clock.pass(1);
    expect(get('a')).toBeUndefined();
  });

  it('drops the least recently used entry', () => {
    const { set, get } = setUp();
    set('a');
    set('b');
    get('a');
    set('c');
    expect(['a', 'b', 'c'].map(get)).toEqual(['a', undefined, 'c']);
  });

  it('replaces an entry without dropping another', () => {
    const { cache, set, get } = setUp();
    for (const name of ['a', 'b', 'a']) set(name);
    expect(['a', 'b'].map(get)).toEqual(['a', 'b']);
    cache.delete('a');
    expect(get('a')).toBeUndefined();
  });

  it('removes expired entries each minute, as long as it has entries', () => {
    const { clock, set } = setUp();
    set('a', 60_000);
    set('b', 120_000);
    expect(timers.getPending()).toEqual([60_000]);
    for (const left of [1, 0]) {
      clock.pass(60_001);
      timers.expire();
      expect(timers.getPending()).toHaveLength(left);
    }
  });
});
