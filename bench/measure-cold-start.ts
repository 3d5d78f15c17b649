import type { Contestant, ContestantName } from './contestants.ts';
import { progressOf } from './progress.ts';
import { startContestant } from './start-contestant.ts';
import { median, quantile, shuffled } from './statistics.ts';
import type { Upstream } from './upstream.ts';

/** From starting the process to having its first answer, in milliseconds. */
export interface ColdStart {
  readonly p50Ms: number;
  readonly p90Ms: number;
}

export type ColdStarts = Readonly<Record<ContestantName, ColdStart>>;

/** Starts everybody as often as `starts` says, one after the other, in a new order each time. */
export const measureColdStart = async (
  stage: string,
  contestants: readonly Contestant[],
  upstream: Upstream,
  starts: number,
): Promise<ColdStarts> => {
  const samples = new Map<ContestantName, number[]>(contestants.map(({ name }) => [name, []]));
  const progress = progressOf(stage, starts * contestants.length);
  for (let round = 0; round < starts; round += 1) {
    for (const contestant of shuffled(contestants)) {
      await using running = await startContestant(contestant, upstream);
      await running.verify('acme');
      samples.get(contestant.name)?.push(performance.now() - running.startedAt);
      progress();
    }
  }
  await upstream.takeCalls();
  const figures = [...samples].map(([name, ms]) => [name, { p50Ms: median(ms), p90Ms: quantile(ms, 0.9) }]);
  return Object.fromEntries(figures);
};
