import type { PerContestant } from './contestants.ts';
import type { Machine } from './machine.ts';
import type { Stampede } from './measure-stampede.ts';
import type { Start } from './measure-starts.ts';
import type { Warm } from './measure-warm.ts';
import type { Latencies } from './upstream.ts';

/** Everything that one run measured, as it is written to docs/performance.json. */
export interface Results {
  readonly machine: Machine;
  readonly plan: Plan;
  /** Why functions were not measured with Lambda's CPU shares. */
  readonly sharesSkipped?: string;
  readonly bundleBytes: PerContestant<number>;
  readonly starts: readonly Start[];
  readonly warm: readonly Warm[];
  readonly stampede: PerContestant<Stampede>;
}

/** The conditions of a measurement. */
export interface Conditions {
  readonly upstreams: Upstreams;
  /** The CPU share of a function with this memory, from its first request on. Absent: all cores. */
  readonly memoryMb?: number;
}

export const latencies = {
  immediate: { secretsManagerMs: 0, kaleyraMs: 0 },
  typical: { secretsManagerMs: 15, kaleyraMs: 120 },
} as const satisfies Record<string, Latencies>;

/** How fast the upstreams respond. */
export type Upstreams = keyof typeof latencies;

/** The memory sizes whose CPU shares are measured, in MB. */
export const memorySizes = [256, 512, 1024, 1769] as const;

/** How much one run measures. */
export interface Plan {
  /** Cold starts on all cores. */
  readonly starts: number;
  /** Cold starts with each CPU share. */
  readonly startsWithShare: number;
  /** Warm requests on all cores. */
  readonly requests: number;
  readonly requestsWithShare: number;
  readonly requestsAtTypicalLatency: number;
  /** A large number of tenants, with which warm requests are measured in addition to one tenant. */
  readonly tenants: number;
  readonly inFlight: number;
  /** Concurrent requests for one tenant whose secret is not cached. */
  readonly stampede: number;
}

/** About five minutes. */
export const fullPlan: Plan = {
  starts: 25,
  startsWithShare: 7,
  requests: 10_000,
  requestsWithShare: 600,
  requestsAtTypicalLatency: 120,
  tenants: 10_000,
  inFlight: 8,
  stampede: 1000,
};

/** About a minute, with larger errors. */
export const quickPlan: Plan = {
  starts: 5,
  startsWithShare: 3,
  requests: 1000,
  requestsWithShare: 100,
  requestsAtTypicalLatency: 20,
  tenants: 500,
  inFlight: 8,
  stampede: 250,
};

/** The results as JSON with one measurement per line, rounded to the microsecond. */
export const toJson = (results: Results): string => {
  const round = (_key: string, value: unknown) =>
    typeof value === 'number' ? Math.round(1000 * value) / 1000 : value;
  const write = (value: unknown): string =>
    Array.isArray(value)
      ? `[\n${value.map((item) => `    ${JSON.stringify(item, round)}`).join(',\n')}\n  ]`
      : JSON.stringify(value, round);
  const fields = Object.entries(results).map(([name, value]) => `  "${name}": ${write(value)}`);
  return `{\n${fields.join(',\n')}\n}\n`;
};
