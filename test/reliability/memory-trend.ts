/** Samples of a process's live memory, and their trend. */
import { setTimeout as sleep } from 'node:timers/promises';
import { countHeldResources } from './held-resources.ts';

export interface MemorySample {
  /** How many requests had ended. */
  readonly requests: number;
  /** Bytes on the JavaScript heap after collection. */
  readonly heap: number;
  /** Bytes outside the heap that objects on it keep, such as buffers. */
  readonly external: number;
  /** Sockets and timers. */
  readonly handles: number;
  /** Bytes. It contains freed memory that the process has not returned, so it is not judged. */
  readonly rss: number;
}

/** Collects garbage and returns a sample. */
export const takeSample = async (requests: number, collect: () => void): Promise<MemorySample> => {
  for (let times = 0; times < 3; times += 1) {
    collect();
    await sleep(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { requests, heap: heapUsed, external, handles: countHeldResources(), rss };
};

/** The most that live memory may grow, in bytes per request. A leak of 100 bytes has to be found. */
export const maxGrowth = 50;
/** The most that sockets and timers may grow, per request: 10 in 10,000 requests. */
export const maxHandleGrowth = 0.001;

/** How live memory and handles grow, per request. */
export const getGrowth = (samples: readonly MemorySample[]) => ({
  memory: getSlope(samples.map(({ requests, heap, external }) => [requests, heap + external])),
  handles: getSlope(samples.map(({ requests, handles }) => [requests, handles])),
});

type Point = readonly [x: number, y: number];

/**
 * The median of the slopes between all pairs of points, which outliers do not change much.
 * Source: https://en.wikipedia.org/wiki/Theil%E2%80%93Sen_estimator
 */
const getSlope = (points: readonly Point[]): number => {
  const slopes = points
    .flatMap(([x1, y1], index) => points.slice(index + 1).map(([x2, y2]) => (y2 - y1) / (x2 - x1)))
    .sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? Number.NaN;
};
