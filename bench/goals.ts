import type { PerContestant } from './contestants.ts';
import { mainFigures, warmValues } from './figures.ts';
import type { Results } from './results.ts';

/**
 * Bytes that the function logged for one successful HTTP request at commit 883245d, before its log line and its metric
 * became one line, in the same measurement.
 */
export const formerLogBytes = 776;

/** A limit that the project has set for one figure of this function. */
interface Goal {
  readonly title: string;
  /** NaN: not measured. */
  readonly measured: number;
  readonly limit: number;
}

const toFloor = ({ this: own, floor }: PerContestant<number>): number => own / floor;
const toFasterPeer = ({ this: own, powertools, tutorial }: PerContestant<number>): number =>
  own / Math.min(powertools, tutorial);

export const listGoals = (results: Results): readonly Goal[] => {
  const { bundle, coldStart, p50, p99, sharedTotal, sharedFirst, rss, logBytes } = mainFigures(results);
  const { tenants } = results.plan;
  const grown = warmValues(results, { upstreams: 'immediate', tenants }, ({ p50Ms }) => p50Ms);
  const goal = (title: string, measured: number, limit: number): Goal => ({ title, measured, limit });
  return [
    goal('Bundle without attempt counting, kB', bundle.values.this, 205),
    goal('Cold start on all cores, of the floor', toFloor(coldStart.values), 1.65),
    goal('Cold start on all cores, of the faster peer', toFasterPeer(coldStart.values), 0.66),
    goal('Warm p50 on all cores, of the floor', toFloor(p50.values), 1.25),
    goal('Warm p99 on all cores, of the floor', toFloor(p99.values), 1.4),
    goal('512 MB: init + first request, of the floor', toFloor(sharedTotal.values), 1.3),
    goal('512 MB: init + first request, of the faster peer', toFasterPeer(sharedTotal.values), 0.43),
    goal('512 MB: first request, of the floor', toFloor(sharedFirst.values), 0.7),
    goal('Peak RSS, of the floor', toFloor(rss.values), 1.15),
    goal("Log of one request, of commit 883245d's", logBytes.values.this / formerLogBytes, 0.85),
    goal(`Warm p50 with ${tenants} tenants, of one tenant's`, grown.this / p50.values.this, 1.1),
    goal('Reads of secrets in a stampede', results.stampede.this.secretsManagerCalls, 1),
  ];
};
