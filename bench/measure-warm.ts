import { setTimeout } from 'node:timers/promises';
import type { Contestant, ContestantName } from './contestants.ts';
import type { CpuShares } from './cpu-share.ts';
import { showProgress } from './progress.ts';
import type { Conditions } from './results.ts';
import { type RunningContestant, startContestant } from './start-contestant.ts';
import { median, quantile, shuffle } from './statistics.ts';
import type { Upstream } from './upstream.ts';

/** Warm requests of one function under the same conditions. */
export interface Warm extends Conditions {
  readonly name: ContestantName;
  readonly tenants: number;
  readonly inFlight: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requestsPerSecond: number;
  readonly peakRssBytes?: number;
  /** CPU time of the main thread for one request. */
  readonly cpuMs?: number;
  /** Size of what the function logs for one request, in bytes. */
  readonly logBytes: number;
  /** Reads of secrets, including those of init and of the requests before the timed ones. */
  readonly secretsManagerCalls: number;
}

interface WarmPlan {
  /** Timed requests of each function. */
  readonly requests: number;
  /** Requests of each function before the timed ones; at least one for each tenant. */
  readonly warmUp: number;
  /** Consecutive requests of one function before the next function's turn. */
  readonly batch: number;
  /** @default 1 */
  readonly inFlight?: number;
  /** Numbers of tenants; each is measured. @default [1] */
  readonly tenants?: (name: ContestantName) => readonly number[];
  readonly conditions: readonly Conditions[];
  /** Sends requests to all functions at the same time. For slow upstreams, where all of them mostly wait. */
  readonly concurrently?: boolean;
}

/** Measures every function under all conditions, each in its own process, in turns, in a new order each round. */
export const measureWarm = async (
  stage: string,
  contestants: readonly Contestant[],
  upstream: Upstream,
  plan: WarmPlan,
  shares?: CpuShares,
): Promise<readonly Warm[]> => {
  const {
    requests,
    warmUp,
    batch,
    inFlight = 1,
    tenants = () => [1],
    conditions,
    concurrently = false,
  } = plan;
  await using stack = new AsyncDisposableStack();
  const lanes: Lane[] = [];
  for (const condition of conditions) {
    for (const contestant of contestants) {
      for (const count of tenants(contestant.name)) {
        const { memoryMb } = condition;
        const share = shares && memoryMb ? { shares, memoryMb } : undefined;
        const running = stack.use(await startContestant(contestant, upstream, { inFlight, share }));
        const { secretsManager: calls } = await upstream.takeCalls();
        lanes.push({
          name: contestant.name,
          condition,
          tenants: count,
          running,
          inFlight,
          calls,
          sent: 0,
          logBytesBefore: 0,
          cpuMsBefore: 0,
          busyMs: 0,
          samples: [],
        });
      }
    }
  }
  const rounds = Math.ceil(requests / batch);
  const progress = showProgress(stage, lanes.length * (rounds + 1));
  const run = async (lane: Lane, count: number): Promise<number[]> => {
    const samples = await sendRequests(lane, count);
    if (!concurrently) lane.calls += (await upstream.takeCalls()).secretsManager;
    progress();
    return samples;
  };
  const runTimed = async (lane: Lane): Promise<void> => {
    const startedAt = performance.now();
    lane.samples.push(...(await run(lane, batch)));
    lane.busyMs += performance.now() - startedAt;
  };
  /** Runs a step for all lanes, in turns or at the same time; then their starts are spread over 100 ms. */
  const forAll = async (step: (lane: Lane) => Promise<void>): Promise<void> => {
    if (!concurrently) {
      for (const lane of shuffle(lanes)) await step(lane);
      return;
    }
    const spread = async (lane: Lane, index: number): Promise<void> => {
      await setTimeout((100 * index) / lanes.length);
      await step(lane);
    };
    await Promise.all(shuffle(lanes).map(spread));
  };
  await forAll(async (lane) => {
    await run(lane, Math.max(warmUp, lane.tenants));
    lane.logBytesBefore = await lane.running.logBytes();
    lane.cpuMsBefore = (await lane.running.cpuMs()) ?? Number.NaN;
  });
  for (let round = 0; round < rounds; round += 1) await forAll(runTimed);
  await upstream.takeCalls();
  return await Promise.all(lanes.map(summarize));
};

interface Lane {
  readonly name: ContestantName;
  readonly condition: Conditions;
  readonly tenants: number;
  readonly inFlight: number;
  readonly running: RunningContestant;
  readonly samples: number[];
  busyMs: number;
  calls: number;
  sent: number;
  logBytesBefore: number;
  cpuMsBefore: number;
}

const sendRequests = async (lane: Lane, requests: number): Promise<number[]> => {
  const samples: number[] = [];
  let left = requests;
  const send = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // The stride has no common divisor with the numbers of tenants: each tenant's requests are far apart.
      const tenant = (lane.sent * 7919) % lane.tenants;
      lane.sent += 1;
      const { durationMs } = await lane.running.verify(`tenant-${tenant}`);
      samples.push(durationMs);
    }
  };
  await Promise.all(Array.from({ length: lane.inFlight }, send));
  return samples;
};

const summarize = async (lane: Lane): Promise<Warm> => {
  const { name, condition, tenants, inFlight, running, samples, busyMs, calls } = lane;
  const peakRssBytes = await running.peakRssBytes();
  const cpuMs = await running.cpuMs();
  return {
    name,
    ...condition,
    tenants,
    inFlight,
    p50Ms: median(samples),
    p99Ms: quantile(samples, 0.99),
    requestsPerSecond: (1000 * samples.length) / busyMs,
    ...(peakRssBytes === undefined ? {} : { peakRssBytes }),
    ...(cpuMs === undefined ? {} : { cpuMs: (cpuMs - lane.cpuMsBefore) / samples.length }),
    logBytes: ((await running.logBytes()) - lane.logBytesBefore) / samples.length,
    secretsManagerCalls: calls,
  };
};
