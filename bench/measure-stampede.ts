import type { Contestant, ContestantName, PerContestant } from './contestants.ts';
import { showProgress } from './progress.ts';
import { startContestant } from './start-contestant.ts';
import type { Upstream } from './upstream.ts';

/** Concurrent requests for one tenant whose secret is not cached. */
export interface Stampede {
  readonly secretsManagerCalls: number;
  /** Until the last response, in milliseconds. */
  readonly lastMs: number;
}

export const measureStampede = async (
  stage: string,
  contestants: readonly Contestant[],
  upstream: Upstream,
  requests: number,
): Promise<PerContestant<Stampede>> => {
  const progress = showProgress(stage, contestants.length);
  const figures: [ContestantName, Stampede][] = [];
  for (const contestant of contestants) {
    await using running = await startContestant(contestant, upstream, { inFlight: requests });
    await running.verify('another');
    await upstream.takeCalls();
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: requests }, () => running.verify('cold')));
    const lastMs = performance.now() - startedAt;
    const { secretsManager } = await upstream.takeCalls();
    figures.push([contestant.name, { secretsManagerCalls: secretsManager, lastMs }]);
    progress();
  }
  return Object.fromEntries(figures) as PerContestant<Stampede>;
};
