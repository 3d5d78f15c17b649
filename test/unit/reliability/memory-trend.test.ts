import { describe, expect, it } from '@jest/globals';
import { getGrowth, type MemorySample, maxGrowth } from '../../reliability/memory-trend.ts';

/** Samples with a leak, and with noise of up to a mebibyte that is the same in each run. */
const createSamples = (leakBytes: number, handles: (index: number) => number = () => 50): MemorySample[] =>
  Array.from({ length: 28 }, (_, index) => {
    const requests = 30_000 + 2500 * index;
    const noise = ((index * 7919) % 101) / 101 - 0.5;
    return {
      requests,
      heap: 40e6 + leakBytes * requests + noise * 2 ** 20,
      external: 5e6,
      handles: handles(index),
      rss: 200e6 + noise * 60e6,
    };
  });

describe('getGrowth', () => {
  it('finds a leak of 100 bytes per request in noise', () => {
    const { memory } = getGrowth(createSamples(100));
    expect(memory).toBeGreaterThan(maxGrowth);
    expect(memory).toBeLessThan(150);
  });

  it('finds no leak in noise, or in one outlier', () => {
    expect(getGrowth(createSamples(0)).memory).toBeLessThan(maxGrowth / 2);
    const samples = createSamples(0).map((sample, index) =>
      index === 27 ? { ...sample, heap: 90e6 } : sample,
    );
    expect(getGrowth(samples).memory).toBeLessThan(maxGrowth / 2);
  });

  it('finds a leak outside the heap, and ignores RSS', () => {
    const samples = createSamples(0).map((sample, index) => ({
      ...sample,
      external: 5e6 + 250_000 * index,
      rss: 1e9 * index,
    }));
    expect(getGrowth(samples).memory).toBeGreaterThan(maxGrowth);
    expect(getGrowth(samples).memory).toBeLessThan(200);
  });

  it('finds handles that grow, and not handles that vary', () => {
    expect(getGrowth(createSamples(0, (index) => 50 + 10 * index)).handles).toBeCloseTo(0.004);
    expect(getGrowth(createSamples(0, (index) => 50 + (index % 3))).handles).toBeCloseTo(0);
  });

  it('has no result without samples', () => {
    expect(getGrowth([])).toEqual({ memory: Number.NaN, handles: Number.NaN });
  });
});
