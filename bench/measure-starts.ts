import type { Contestant, ContestantName } from './contestants.ts';
import type { CpuShares } from './cpu-share.ts';
import { showProgress } from './progress.ts';
import type { Conditions } from './results.ts';
import { startContestant } from './start-contestant.ts';
import { median, quantile, shuffle } from './statistics.ts';
import type { Upstream } from './upstream.ts';

/** Cold starts of one function under the same conditions, in milliseconds. */
export interface Start extends Conditions {
  readonly name: ContestantName;
  /** From starting the process until it requests an invocation, median. */
  readonly initMs: number;
  /** The first request, median. */
  readonly firstMs: number;
  /** Init and first request together. */
  readonly totalMs: number;
  readonly totalP90Ms: number;
}

/** Starts every function `starts` times with each CPU share, in a new order each round. */
export const measureStarts = async (
  stage: string,
  contestants: readonly Contestant[],
  upstream: Upstream,
  starts: number,
  conditions: readonly Conditions[],
  shares?: CpuShares,
): Promise<readonly Start[]> => {
  const lanes = conditions.flatMap((condition) =>
    contestants.map((contestant) => ({
      contestant,
      condition,
      samples: [] as { readonly initMs: number; readonly firstMs: number }[],
    })),
  );
  const progress = showProgress(stage, starts * lanes.length);
  for (let round = 0; round < starts; round += 1) {
    for (const { contestant, condition, samples } of shuffle(lanes)) {
      const { memoryMb } = condition;
      const share = shares && memoryMb ? { shares, memoryMb } : undefined;
      await using running = await startContestant(contestant, upstream, { share });
      const { durationMs } = await running.verify('acme');
      samples.push({ initMs: running.initMs, firstMs: durationMs });
      progress();
    }
  }
  await upstream.takeCalls();
  return lanes.map(({ contestant, condition, samples }) => {
    const totals = samples.map(({ initMs, firstMs }) => initMs + firstMs);
    return {
      name: contestant.name,
      ...condition,
      initMs: median(samples.map(({ initMs }) => initMs)),
      firstMs: median(samples.map(({ firstMs }) => firstMs)),
      totalMs: median(totals),
      totalP90Ms: quantile(totals, 0.9),
    };
  });
};
