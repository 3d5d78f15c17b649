import { describe, expect, it } from '@jest/globals';
import { createExpiringCache } from '../../../../../functions/verify-number/tenants/expiring-cache.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';

const timers = useManualTimers();

const setUp = (maxEntries = 2) => {
  const clock = createManualClock();
  return { clock, cache: createExpiringCache<string>(maxEntries, clock) };
};

describe('createExpiringCache', () => {
  it('returns an entry until it expires', () => {
    const { clock, cache } = setUp();
    cache.set('a', 'first', clock.now() + 10);
    clock.pass(10);
    expect(cache.get('a')).toBe('first');
    clock.pass(1);
    expect(cache.get('a')).toBeUndefined();
  });

  it('drops the least recently used entry', () => {
    const { clock, cache } = setUp();
    for (const key of ['a', 'b']) cache.set(key, key, clock.now() + 10);
    cache.get('a');
    cache.set('c', 'c', clock.now() + 10);
    expect(['a', 'b', 'c'].map(cache.get)).toEqual(['a', undefined, 'c']);
  });

  it('replaces an entry without dropping another', () => {
    const { clock, cache } = setUp();
    for (const key of ['a', 'b', 'a']) cache.set(key, key, clock.now() + 10);
    expect(['a', 'b'].map(cache.get)).toEqual(['a', 'b']);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('removes expired entries each minute, as long as it has entries', () => {
    const { clock, cache } = setUp();
    cache.set('a', 'a', clock.now() + 60_000);
    cache.set('b', 'b', clock.now() + 120_000);
    expect(timers.getPending()).toEqual([60_000]);
    for (const left of [1, 0]) {
      clock.pass(60_001);
      timers.expire();
      expect(timers.getPending()).toHaveLength(left);
    }
  });
});
