/** The load of many tenants on Lambda and Secrets Manager, from a formula and the durations of the benchmark. */
import { table, toDigits } from './document.ts';

const tenantCounts = [100, 10_000, 1_000_000];
const requestRates = [100, 10_000];
const ttls = [300, 900, 3600];

/** Calls of GetSecretValue per second that Secrets Manager allows by default. */
const readQuota = 10_000;

/** Skew of a Zipf distribution: the requests of the tenant of rank k are proportional to 1 / k^skew. */
const skew = 0.99;

/**
 * Expected reads of secrets per second if all environments share the load evenly: after each read, a tenant's
 * credentials are used for `ttlSeconds`, and the next request reads them again. There are as many environments as a peak
 * of a Poisson distribution needs, and at least one.
 * @param concurrency requests in progress on average
 */
const getExpectedReads = (
  tenants: number,
  requestsPerSecond: number,
  concurrency: number,
  ttlSeconds: number,
): number => {
  const environments = Math.max(1, concurrency + 3 * Math.sqrt(concurrency));
  const weights = Float64Array.from({ length: tenants }, (_, index) => (index + 1) ** -skew);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.reduce((reads, weight) => {
    const rate = (requestsPerSecond * weight) / sum / environments;
    return reads + (environments * rate) / (1 + rate * ttlSeconds);
  }, 0);
};

/**
 * @param startMs init and first request of an environment
 * @param warmMs a warm request
 */
export const scaleTable = (startMs: number, warmMs: number): string =>
  table([
    [
      'tenants',
      'requests/s',
      'concurrency',
      'starts at a release',
      ...ttls.map((ttl) => `reads/s, TTL ${ttl} s`),
      'of the quota, 300 s',
    ],
    ...tenantCounts.flatMap((tenants) =>
      requestRates.map((rate) => {
        const concurrency = (rate * warmMs) / 1000;
        const reads = ttls.map((ttl) => getExpectedReads(tenants, rate, concurrency, ttl));
        return [
          tenants.toLocaleString('en-US'),
          rate.toLocaleString('en-US'),
          toDigits(concurrency),
          toDigits(Math.max(1, (rate * startMs) / 1000)),
          ...reads.map(toDigits),
          `${toDigits((100 * (reads[0] ?? 0)) / readQuota)} %`,
        ];
      }),
    ),
  ]);
