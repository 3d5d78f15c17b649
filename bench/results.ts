import type { ContestantName } from './contestants.ts';
import type { Machine } from './machine.ts';
import type { ColdStarts } from './measure-cold-start.ts';
import type { Stampedes } from './measure-stampede.ts';
import type { Warm } from './measure-warm.ts';
import type { Latencies } from './upstream.ts';

/** All that one run measured, as it is written to docs/performance.json. */
export interface Results {
  readonly machine: Machine;
  readonly plan: Plan;
  readonly bundleBytes: Readonly<Record<ContestantName, number>>;
  readonly coldStart: Timed<ColdStarts>;
  /** One invocation at a time, as Lambda does it. */
  readonly warm: Timed<readonly Warm[]>;
  /** Several in flight in one process, as on Lambda Managed Instances. */
  readonly warmInFlight: readonly Warm[];
  /** By number of tenants, without the tutorial, which keeps nothing. */
  readonly growth: readonly Warm[];
  readonly stampede: Stampedes;
}

/** The same with upstreams that answer at once, and with such as one meets. */
export interface Timed<T> {
  readonly zero: T;
  readonly real: T;
}

/** How much of everything one run measures. */
export interface Plan {
  readonly starts: number;
  readonly requests: number;
  readonly requestsAtRealLatency: number;
  readonly requestsOfGrowth: number;
  readonly inFlight: number;
  readonly tenants: readonly number[];
  readonly stampede: number;
  readonly realLatencies: Latencies;
}

export const fullPlan: Plan = {
  starts: 30,
  requests: 10_000,
  requestsAtRealLatency: 100,
  requestsOfGrowth: 4000,
  inFlight: 8,
  tenants: [1, 1000, 10_000],
  stampede: 1000,
  realLatencies: { secretsManagerMs: 15, kaleyraMs: 120 },
};

/** Under a minute, and so with wider errors: to see whether a change did what it was to do. */
export const quickPlan: Plan = {
  ...fullPlan,
  starts: 5,
  requests: 1200,
  requestsAtRealLatency: 10,
  requestsOfGrowth: 300,
  tenants: [1, 500],
  stampede: 250,
};
