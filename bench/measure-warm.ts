import { setTimeout } from 'node:timers/promises';
import { type Conditions, memorySizes, type Upstreams } from './conditions.ts';
import type { Contestant, ContestantName } from './contestants.ts';
import { getEnding, type RunningContestant, type Surroundings, startContestant } from './start-contestant.ts';
import { median, quantile, shuffle } from './statistics.ts';

/** Warm requests of one function under the same conditions. */
export interface Warm extends Conditions {
  readonly name: ContestantName;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly peakRssBytes: number;
  /** How the process ended if it did not respond. */
  readonly failure?: string;
}

interface Lane {
  readonly name: ContestantName;
  readonly memoryMb: number;
  readonly running: RunningContestant;
  readonly samples: number[];
  failure?: string;
}

/** Consecutive requests of one function before the next function's turn. */
const batch = 100;

/**
 * Measures every function with every memory size, each in its own process. With immediate upstreams, the functions take
 * turns in a new order each round. With slow upstreams, where all of them mostly wait, they run at the same time.
 */
export const measureWarm = async (
  contestants: readonly Contestant[],
  surroundings: Surroundings,
  upstreams: Upstreams,
  requests: number,
): Promise<readonly Warm[]> => {
  await using stack = new AsyncDisposableStack();
  const lanes: Lane[] = [];
  for (const memoryMb of memorySizes) {
    for (const contestant of contestants) {
      const running = stack.use(await startContestant(contestant, surroundings, memoryMb));
      lanes.push({ name: contestant.name, memoryMb, running, samples: [] });
    }
  }
  const rounds = upstreams === 'immediate' ? Math.ceil(requests / batch) : 1;
  const send = async (lane: Lane, count: number): Promise<readonly number[]> => {
    const samples: number[] = [];
    try {
      while (samples.length < count && !lane.failure) samples.push(await lane.running.verify('acme'));
    } catch (error) {
      lane.failure = getEnding(error);
    }
    return samples;
  };
  const forAll = async (step: (lane: Lane) => Promise<void>): Promise<void> => {
    if (upstreams === 'immediate') {
      for (const lane of shuffle(lanes)) await step(lane);
      return;
    }
    // Spread over 100 ms, so that the functions do not compute at the same time.
    const spread = async (lane: Lane, index: number): Promise<void> => {
      await setTimeout((100 * index) / lanes.length);
      await step(lane);
    };
    await Promise.all(shuffle(lanes).map(spread));
  };
  for (let round = 0; round <= rounds; round += 1) {
    await forAll(async (lane) => {
      const samples = await send(lane, Math.ceil(round === 0 ? requests / 10 : requests / rounds));
      // The first round only warms up.
      if (round > 0) lane.samples.push(...samples);
    });
  }
  return await Promise.all(
    lanes.map(async ({ name, memoryMb, running, samples, failure }) => ({
      name,
      upstreams,
      memoryMb,
      p50Ms: median(samples),
      p99Ms: quantile(samples, 0.99),
      peakRssBytes: await running.getPeakRss(),
      ...(failure ? { failure } : {}),
    })),
  );
};
