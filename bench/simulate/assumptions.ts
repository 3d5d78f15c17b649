import { propDefaults } from '../../lib/constructs/number-verification-props.ts';
import { platformLogBytes } from '../../scripts/costs/measure-logs.ts';
import { startValues, warmValues } from '../figures.ts';
import { type Conditions, latencies, type Results } from '../results.ts';
import type { Assumptions } from './scenarios.ts';

/**
 * Takes the durations and the size of the log from the results of the benchmark, for the default options.
 * @throws Error if the benchmark did not measure the default memory
 */
export const toAssumptions = (results: Results): Assumptions => {
  const memoryMb = propDefaults.memoryMb;
  const conditions: Conditions = { upstreams: 'typical', memoryMb };
  const initMs = startValues(results, conditions, (start) => start.initMs).this;
  const firstMs = startValues(results, conditions, (start) => start.firstMs).this;
  const requestMs = warmValues(results, conditions, ({ p50Ms }) => p50Ms).this;
  const logBytes = warmValues(results, { upstreams: 'immediate' }, (warm) => warm.logBytes).this;
  if (Number.isNaN(initMs + firstMs + requestMs + logBytes)) {
    throw new Error(
      `docs/performance.json has no figures for ${memoryMb} MB. Run npm run bench where control groups are writable.`,
    );
  }
  const readMs = latencies.typical.secretsManagerMs;
  return {
    memoryMb,
    ttlMs: propDefaults.secretTtl.toMilliseconds(),
    durations: { initMs, requestMs, readMs, firstRequestMs: Math.max(0, firstMs - requestMs - readMs) },
    latencies: latencies.typical,
    logBytes: Math.round(logBytes) + platformLogBytes,
  };
};
