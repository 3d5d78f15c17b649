import { type Conditions, memorySizes, type Upstreams } from './conditions.ts';
import type { Contestant, ContestantName } from './contestants.ts';
import { getEnding, type Surroundings, startContestant } from './start-contestant.ts';
import { median, shuffle } from './statistics.ts';

/** Cold starts of one function under the same conditions: medians in milliseconds. */
export interface Start extends Conditions {
  readonly name: ContestantName;
  /** From starting the process until it requests an invocation. */
  readonly initMs: number;
  /** The first request. */
  readonly firstMs: number;
  /** Init and first request together. */
  readonly totalMs: number;
  /** How the process ended if it did not respond. */
  readonly failure?: string;
}

/** Starts every function `starts` times with each memory size, in a new order each round. */
export const measureStarts = async (
  contestants: readonly Contestant[],
  surroundings: Surroundings,
  upstreams: Upstreams,
  starts: number,
): Promise<readonly Start[]> => {
  const lanes = memorySizes.flatMap((memoryMb) =>
    contestants.map((contestant) => ({
      contestant,
      memoryMb,
      inits: [] as number[],
      firsts: [] as number[],
      failure: undefined as string | undefined,
    })),
  );
  for (let round = 0; round < starts; round += 1) {
    for (const lane of shuffle(lanes)) {
      try {
        await using running = await startContestant(lane.contestant, surroundings, lane.memoryMb);
        lane.firsts.push(await running.verify('acme'));
        lane.inits.push(running.initMs);
      } catch (error) {
        lane.failure = getEnding(error);
      }
    }
  }
  return lanes.map(({ contestant, memoryMb, inits, firsts, failure }) => ({
    name: contestant.name,
    upstreams,
    memoryMb,
    initMs: median(inits),
    firstMs: median(firsts),
    totalMs: median(inits.map((initMs, index) => initMs + (firsts[index] ?? 0))),
    ...(failure ? { failure } : {}),
  }));
};
