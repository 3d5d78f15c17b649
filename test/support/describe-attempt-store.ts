/** The tests that every attempt store has to pass. */
import { describe, expect, it } from '@jest/globals';
import type { AttemptStore } from '../../functions/verify-number/attempts/limiter.ts';
import { createStamp } from '../../functions/verify-number/attempts/stamp.ts';

const windowMs = 10 * 60 * 1000;
const start = 1_800_000_000_000;
/** A busy machine needs a while for each, and the store has a deadline. */
const concurrent = 12;
let keys = 0;

export const describeAttemptStore = (name: string, createStore: () => AttemptStore): void => {
  /** A store, and a key that nothing has been counted for. */
  const setUp = () => {
    keys += 1;
    const key = `key-${keys}`;
    const store = createStore();
    /** Takes attempts at these milliseconds after the start, and returns how long to wait. */
    const takeAttempts = async (...times: readonly number[]) => {
      const waits: number[] = [];
      for (const time of times) waits.push(await store.takeAttempt(key, createStamp(start + time)));
      return waits;
    };
    return { store, key, takeAttempts };
  };

  describe(name, () => {
    it('allows five attempts in any ten minutes', async () => {
      const { takeAttempts } = setUp();
      expect(await takeAttempts(0, 1000, 2000, 3000, 4000)).toEqual([0, 0, 0, 0, 0]);
      expect(await takeAttempts(5000, windowMs - 1)).toEqual([windowMs - 5000, 1]);
      expect(await takeAttempts(windowMs, windowMs, windowMs + 1000)).toEqual([0, 1000, 0]);
    });

    it('counts each key separately', async () => {
      const { store, takeAttempts } = setUp();
      await takeAttempts(0, 0, 0, 0, 0);
      expect(await takeAttempts(0)).toEqual([windowMs]);
      expect(await store.takeAttempt('another key', createStamp(start))).toBe(0);
    });

    it('allows no more than five of twelve concurrent attempts', async () => {
      const { store, key } = setUp();
      const waits = await Promise.all(
        Array.from({ length: concurrent }, () => store.takeAttempt(key, createStamp(start))),
      );
      expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    });

    it('gives one attempt back, wherever it is among the others', async () => {
      for (let position = 0; position < 5; position += 1) {
        const { store, key, takeAttempts } = setUp();
        const stamps = [0, 1, 2, 3, 4].map((time) => createStamp(start + time));
        for (const stamp of stamps) await store.takeAttempt(key, stamp);
        await store.giveBackAttempt(key, stamps[position] ?? '');
        await store.giveBackAttempt(key, stamps[position] ?? '');
        expect(await takeAttempts(5, 5)).toEqual([0, windowMs - (position === 0 ? 4 : 5)]);
      }
    });

    it('ignores an attempt to give back what was never taken', async () => {
      const { store, key, takeAttempts } = setUp();
      await store.giveBackAttempt(key, createStamp(start));
      expect(await takeAttempts(0, 0, 0, 0, 0, 0)).toEqual([0, 0, 0, 0, 0, windowMs]);
      await store.giveBackAttempt(key, createStamp(start));
      expect(await takeAttempts(0)).toEqual([windowMs]);
    });

    it('clears all attempts of a key', async () => {
      const { store, key, takeAttempts } = setUp();
      await takeAttempts(0, 0, 0, 0, 0);
      await store.clearAttempts(key);
      await store.clearAttempts(key);
      expect(await takeAttempts(0, 0, 0, 0, 0, 0)).toEqual([0, 0, 0, 0, 0, windowMs]);
    });

    it('allows as many requests as the limit says, and one more after one is given back', async () => {
      const { store, key } = setUp();
      const stamps = [0, 1, 2].map((time) => createStamp(start + time));
      const take = (index: number) => store.takeRequest(key, stamps[index] ?? '', 2);
      expect([await take(0), await take(1), await take(2)]).toEqual([true, true, false]);
      await store.giveBackRequest(key, stamps[0] ?? '');
      await store.giveBackRequest(key, stamps[0] ?? '');
      expect([await take(2), await take(0)]).toEqual([true, false]);
      expect(await store.takeRequest('another key', createStamp(start), 2)).toBe(true);
    });

    it('allows no more than the limit of concurrent requests', async () => {
      const { store, key } = setUp();
      const taken = await Promise.all(
        Array.from({ length: concurrent }, () => store.takeRequest(key, createStamp(start), 7)),
      );
      expect(taken.filter(Boolean)).toHaveLength(7);
    });

    it('counts a request again after all of them are given back', async () => {
      const { store, key } = setUp();
      const stamp = createStamp(start);
      await store.takeRequest(key, stamp, 1);
      await store.giveBackRequest(key, stamp);
      expect(await store.takeRequest(key, stamp, 1)).toBe(true);
    });
  });
};
