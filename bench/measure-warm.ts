import type { Contestant, ContestantName } from './contestants.ts';
import { progressOf } from './progress.ts';
import { type RunningContestant, startContestant } from './start-contestant.ts';
import { median, quantile, shuffled } from './statistics.ts';
import type { Upstream } from './upstream.ts';

/** A warm process under requests, one batch after the other. */
export interface Warm {
  readonly name: ContestantName;
  readonly tenants: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requestsPerSecond: number;
  readonly peakRssBytes?: number;
  /** Calls to Secrets Manager, those of the first requests included. */
  readonly secretsManagerCalls: number;
}

export interface WarmPlan {
  /** Requests that are timed, of each contestant. */
  readonly requests: number;
  /** Requests before that, of each contestant: one of each tenant's at least. */
  readonly warmUp: number;
  /** Requests in a row, before it is somebody else's turn. */
  readonly batch: number;
  readonly inFlight: number;
  readonly tenants: readonly number[];
}

/** All contestants with every number of tenants, each in a process of its own, taking turns in a new order each round. */
export const measureWarm = async (
  stage: string,
  contestants: readonly Contestant[],
  upstream: Upstream,
  plan: WarmPlan,
): Promise<readonly Warm[]> => {
  await using stack = new AsyncDisposableStack();
  const lanes: Lane[] = [];
  for (const contestant of contestants) {
    for (const tenants of plan.tenants) {
      const running = stack.use(await startContestant(contestant, upstream, plan.inFlight));
      lanes.push({ name: contestant.name, tenants, running, samples: [], busyMs: 0, calls: 0, sent: 0 });
    }
  }
  const rounds = Math.ceil(plan.requests / plan.batch);
  const progress = progressOf(stage, lanes.length * (rounds + 1));
  const run = async (lane: Lane, requests: number, inFlight: number): Promise<number[]> => {
    const samples = await sendAll(lane, requests, inFlight);
    lane.calls += (await upstream.takeCalls()).secretsManager;
    progress();
    return samples;
  };
  for (const lane of lanes) await run(lane, Math.max(plan.warmUp, lane.tenants), plan.inFlight);
  for (let round = 0; round < rounds; round += 1) {
    for (const lane of shuffled(lanes)) {
      const startedAt = performance.now();
      lane.samples.push(...(await run(lane, plan.batch, plan.inFlight)));
      lane.busyMs += performance.now() - startedAt;
    }
  }
  return await Promise.all(lanes.map(figuresOf));
};

interface Lane {
  readonly name: ContestantName;
  readonly tenants: number;
  readonly running: RunningContestant;
  readonly samples: number[];
  busyMs: number;
  calls: number;
  sent: number;
}

const sendAll = async (lane: Lane, requests: number, inFlight: number): Promise<number[]> => {
  const samples: number[] = [];
  let left = requests;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // A stride that is prime to every number of tenants: all get their turn, and none soon again.
      const tenant = (lane.sent * 7919) % lane.tenants;
      lane.sent += 1;
      const { durationMs } = await lane.running.verify(`tenant-${tenant}`);
      samples.push(durationMs);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return samples;
};

const figuresOf = async ({ name, tenants, running, samples, busyMs, calls }: Lane): Promise<Warm> => {
  const peakRssBytes = await running.peakRssBytes();
  return {
    name,
    tenants,
    p50Ms: median(samples),
    p99Ms: quantile(samples, 0.99),
    requestsPerSecond: (1000 * samples.length) / busyMs,
    ...(peakRssBytes === undefined ? {} : { peakRssBytes }),
    secretsManagerCalls: calls,
  };
};
