import { describe, expect, it } from '@jest/globals';
import { calibrate } from '../../../bench/simulate/calibrate.ts';
import { CredentialsCache } from '../../../bench/simulate/credentials-cache.ts';
import { type Environment, type Fleet, simulateFleet } from '../../../bench/simulate/fleet.ts';
import { createRandom, createSampler, zipfShares } from '../../../bench/simulate/random.ts';
import { expectedReads } from '../../../bench/simulate/scenarios.ts';

const durations = { initMs: 100, requestMs: 120, firstRequestMs: 20, readMs: 15 };
const shares = zipfShares(50, 0.99);
const fleet: Fleet = {
  requestsPerSecond: 20,
  sampleTenant: createSampler(shares),
  ttlMs: 60_000,
  durations,
  lifetimes: { idleMs: 600_000, totalMs: 7_200_000 },
  settlingMs: 120_000,
  measuredMs: 600_000,
};

describe('simulateFleet', () => {
  it('gives the same figures for the same seed, and others for another', () => {
    const figures = simulateFleet(fleet, createRandom(1));
    expect(simulateFleet(fleet, createRandom(1))).toEqual(figures);
    expect(simulateFleet(fleet, createRandom(2))).not.toEqual(figures);
  });

  it('has as many requests in progress as arrive in the duration of one', () => {
    const { requests, concurrency } = simulateFleet(fleet, createRandom(1));
    expect(requests / 600).toBeCloseTo(20, 0);
    expect(concurrency).toBeGreaterThan(20 * 0.12);
    expect(concurrency).toBeLessThan(20 * 0.135);
  });

  it('reads as often as expected from one environment that serves everything', () => {
    const none = { initMs: 0, requestMs: 0, firstRequestMs: 0, readMs: 0 };
    const { reads } = simulateFleet({ ...fleet, durations: none, measuredMs: 3_600_000 }, createRandom(1));
    expect(reads / 3600 / expectedReads(shares, 20, 0, 60)).toBeCloseTo(1, 1);
  });

  it('never gives an environment a request while it is busy or after it has ended', () => {
    const lastAt = new Map<Environment, number>();
    const wrong: number[] = [];
    const short = { ...fleet, lifetimes: { idleMs: 5000, totalMs: 60_000 } };
    simulateFleet(short, createRandom(1), (environment, _tenant, atMs) => {
      const previous = lastAt.get(environment);
      const isFree = previous === undefined || atMs - previous >= durations.requestMs;
      if (!isFree || atMs >= environment.endsAt) wrong.push(atMs);
      lastAt.set(environment, atMs);
    });
    expect(wrong).toEqual([]);
    expect(lastAt.size).toBeGreaterThan(10);
  });
});

describe('CredentialsCache', () => {
  it('reads a secret again when the TTL has passed since the last read ended', () => {
    const cache = new CredentialsCache(1000);
    expect([0, 500, 1014, 1015, 2029, 2030].map((now) => cache.lookUp(7, now, 15))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('calibrate', () => {
  it('counts the reads that the simulation predicts', async () => {
    const { requests, simulatedReads, countedReads } = await calibrate(durations, 1);
    expect(requests).toBeGreaterThan(30_000);
    expect(countedReads).toBeGreaterThan(5000);
    expect(Math.abs(simulatedReads / countedReads - 1)).toBeLessThan(0.05);
  });
});

describe('zipfShares', () => {
  it('requests the second item half as often as the first with exponent 1', () => {
    const [first = 0, second = 0] = zipfShares(10, 1);
    expect(second / first).toBeCloseTo(0.5);
  });
});
