import { memorySizes, wholeCoreMb } from './conditions.ts';
import { createLookup } from './figures.ts';
import type { Results } from './measure.ts';

/**
 * Lambda's prices on arm64 in us-east-1 on 2026-11-24, in US dollars.
 * @see https://aws.amazon.com/lambda/pricing/
 */
const prices = { request: 0.2e-6, gigabyteSecond: 0.0000133334 };

/** Lambda's price of requests with this memory and duration, in US dollars per million. Lambda bills whole milliseconds. */
export const getCostPerMillion = (memoryMb: number, durationMs: number): number =>
  1e6 * (prices.request + (memoryMb / 1024) * (Math.ceil(durationMs) / 1000) * prices.gigabyteSecond);

/** This function with each memory size and a round trip of 40 ms to Kaleyra. */
export const listMemoryFigures = (results: Results) => {
  const { getStart, getWarm, getPeak } = createLookup(results);
  return memorySizes.map((memoryMb) => {
    const { p50Ms, p99Ms } = getWarm('this', '40 ms', memoryMb);
    // Larger sizes have room for all tenants if the largest that is measured has.
    const peak = getPeak('this', Math.min(memoryMb, 512)).peakRssBytes;
    return {
      memoryMb,
      firstMs: getStart('this', '40 ms', memoryMb).firstMs,
      p50Ms,
      p99Ms,
      nearCost: getCostPerMillion(memoryMb, getWarm('this', '0 ms', memoryMb).p50Ms),
      cost: getCostPerMillion(memoryMb, p50Ms),
      /** Share of the memory that many tenants fill. */
      filled: peak / (memoryMb * 2 ** 20),
    };
  });
};

/** What a user accepts for the lowest price. */
const accepted = { firstOfWarm: 1.35, p99OfCore: 1.1, filled: 0.6 };

/** Recommends the smallest memory within what a user accepts, and says what the next size would change. */
export const recommendMemory = (results: Results): { readonly memoryMb: number; readonly text: string } => {
  const figures = listMemoryFigures(results);
  const coreP99Ms = figures.find(({ memoryMb }) => memoryMb === wholeCoreMb)?.p99Ms ?? Number.NaN;
  const index = figures.findIndex(
    ({ firstMs, p50Ms, p99Ms, filled }) =>
      firstMs <= accepted.firstOfWarm * p50Ms &&
      p99Ms <= accepted.p99OfCore * coreP99Ms &&
      filled <= accepted.filled,
  );
  const rule =
    `the smallest size with which the first request of an environment takes at most ${accepted.firstOfWarm} times a warm ` +
    `one, p99 is at most ${accepted.p99OfCore} times that of a whole core, and ` +
    `${results.plan.tenants.toLocaleString('en-US')} tenants fill at most ${100 * accepted.filled} %`;
  const [found, next] = index < 0 ? [] : figures.slice(index);
  if (!found) return { memoryMb: wholeCoreMb, text: `No size is ${rule}.` };
  const trade = next
    ? ` ${next.memoryMb} MB changes the first request by ${(next.firstMs - found.firstMs).toFixed(0)} ms and p99 by ` +
      `${(next.p99Ms - found.p99Ms).toFixed(0)} ms, for $${(next.cost - found.cost).toFixed(2)} more per million requests.`
    : '';
  return { memoryMb: found.memoryMb, text: `Recommended: **${found.memoryMb} MB**, ${rule}.${trade}` };
};
