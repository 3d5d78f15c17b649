/** The conditions under which the benchmark measures, and how much it measures. */

/** Delays of the upstreams, in milliseconds. */
export interface Latencies {
  readonly secretsManagerMs: number;
  readonly dynamoDbMs: number;
  readonly kaleyraMs: number;
  /** Round-trip time to Kaleyra, which is outside the Region. Handshakes pay it too. */
  readonly kaleyraRoundTripMs: number;
}

const typical = { secretsManagerMs: 15, dynamoDbMs: 5, kaleyraMs: 120 } as const;

export const latencies = {
  immediate: { secretsManagerMs: 0, dynamoDbMs: 0, kaleyraMs: 0, kaleyraRoundTripMs: 0 },
  '0 ms': { ...typical, kaleyraRoundTripMs: 0 },
  '5 ms': { ...typical, kaleyraRoundTripMs: 5 },
  '40 ms': { ...typical, kaleyraRoundTripMs: 40 },
} as const satisfies Record<string, Latencies>;

/** How fast the upstreams respond: immediately, or with typical latencies and a round-trip time to Kaleyra. */
export type Upstreams = keyof typeof latencies;

export const roundTrips = ['0 ms', '5 ms', '40 ms'] as const satisfies readonly Upstreams[];

/**
 * Memory at which a function has one core, in MB.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export const wholeCoreMb = 1769;

/** The memory sizes that are measured, in MB. */
export const memorySizes = [256, 512, wholeCoreMb] as const;

/** The memory sizes in which the function has to hold many tenants, in MB. */
export const tenantMemorySizes = [128, 256, 512] as const;

export interface Conditions {
  readonly upstreams: Upstreams;
  readonly memoryMb: number;
}

/** How much one run measures, for each function under each condition. */
export interface Plan {
  readonly starts: number;
  /** Warm requests with immediate upstreams. */
  readonly requests: number;
  readonly requestsAtTypicalLatency: number;
  /** Tenants whose credentials one environment caches. */
  readonly tenants: number;
}

export const fullPlan: Plan = { starts: 11, requests: 3000, requestsAtTypicalLatency: 300, tenants: 10_000 };
export const quickPlan: Plan = { starts: 2, requests: 200, requestsAtTypicalLatency: 20, tenants: 500 };
