import type { Latencies } from '../upstream.ts';
import { type Durations, type FleetFigures, type Lifetimes, simulateFleet } from './fleet.ts';
import { createRandom, createSampler, zipfShares } from './random.ts';

/** The sizes that are simulated. */
export const tenantCounts = [100, 10_000, 1_000_000] as const;
export const requestRates = [1, 100, 10_000] as const;

/**
 * Skew of the tenants' traffic: the request rate of the tenant of rank k is proportional to 1 / k^0.99. This is the
 * default of the Yahoo Cloud Serving Benchmark; requests for web pages were measured between 0.64 and 0.83.
 * @see https://github.com/brianfrankcooper/YCSB/blob/master/core/src/main/java/site/ycsb/generator/ZipfianGenerator.java
 * @see https://pages.cs.wisc.edu/~cao/papers/zipf-implications.html
 */
export const skew = 0.99;

/**
 * AWS documents neither. Idle environments were observed to end after about 10 minutes, and all after about two hours.
 * @see https://mikhail.io/2019/08/aws-lambda-cold-starts-after-10-minutes/
 * @see https://xebia.com/blog/til-that-aws-lambda-terminates-instances-preemptively/
 */
export const lifetimes: Lifetimes = { idleMs: 10 * 60_000, totalMs: 2 * 60 * 60_000 };

export interface Scenario {
  readonly tenants: number;
  readonly requestsPerSecond: number;
  readonly figures: FleetFigures;
  /** Length of the measured time, in seconds. */
  readonly measuredSeconds: number;
}

export interface Assumptions {
  readonly memoryMb: number;
  readonly ttlMs: number;
  readonly durations: Durations;
  readonly latencies: Latencies;
  /** What the function and Lambda log for one request, in bytes. */
  readonly logBytes: number;
}

/** Simulates one size of the fleet. Slow rates are observed for longer, so that there are enough events. */
export const simulateScenario = (
  tenants: number,
  requestsPerSecond: number,
  { ttlMs, durations }: Assumptions,
  seed: number,
  requests: number,
): Scenario => {
  const measuredSeconds = Math.max(300, Math.min(24 * 3600, requests / requestsPerSecond));
  const figures = simulateFleet(
    {
      requestsPerSecond,
      sampleTenant: createSampler(zipfShares(tenants, skew)),
      ttlMs,
      durations,
      lifetimes,
      // Longer than idle environments of the start are kept.
      settlingMs: Math.max(1.5 * lifetimes.idleMs, 1000 * Math.min(3600, measuredSeconds)),
      measuredMs: 1000 * measuredSeconds,
    },
    createRandom(seed),
  );
  return { tenants, requestsPerSecond, figures, measuredSeconds };
};

/** Environments that serve a load of so many concurrent requests: a peak of a Poisson distribution, and at least one. */
const toEnvironments = (concurrency: number): number => Math.max(1, concurrency + 3 * Math.sqrt(concurrency));

/**
 * Expected reads per second if all environments share the load evenly: after each read, a tenant's credentials are used
 * for `ttlSeconds`, and the next request reads them again.
 * @param concurrency requests in progress on average
 */
export const expectedReads = (
  shares: Float64Array,
  requestsPerSecond: number,
  concurrency: number,
  ttlSeconds: number,
): number => {
  const environments = toEnvironments(concurrency);
  return shares.reduce((sum, share) => {
    const rate = (requestsPerSecond * share) / environments;
    return sum + (environments * rate) / (1 + rate * ttlSeconds);
  }, 0);
};
