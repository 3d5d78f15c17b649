import type { Contestant, ContestantName } from './contestants.ts';
import { progressOf } from './progress.ts';
import { startContestant } from './start-contestant.ts';
import { median } from './statistics.ts';
import type { Upstream } from './upstream.ts';

/** Many requests at once for a tenant whose secret has not been read. */
export interface Stampede {
  readonly secretsManagerCalls: number;
  readonly p50Ms: number;
  /** Until the last was answered. */
  readonly lastMs: number;
}

export type Stampedes = Readonly<Record<ContestantName, Stampede>>;

export const measureStampede = async (
  stage: string,
  contestants: readonly Contestant[],
  upstream: Upstream,
  requests: number,
): Promise<Stampedes> => {
  const progress = progressOf(stage, contestants.length);
  const figures: [ContestantName, Stampede][] = [];
  for (const contestant of contestants) {
    await using running = await startContestant(contestant, upstream, requests);
    await running.verify('somebody-else');
    await upstream.takeCalls();
    const startedAt = performance.now();
    const results = await Promise.all(Array.from({ length: requests }, () => running.verify('cold')));
    const lastMs = performance.now() - startedAt;
    const { secretsManager } = await upstream.takeCalls();
    const p50Ms = median(results.map(({ durationMs }) => durationMs));
    figures.push([contestant.name, { secretsManagerCalls: secretsManager, p50Ms, lastMs }]);
    progress();
  }
  return Object.fromEntries(figures) as Stampedes;
};
