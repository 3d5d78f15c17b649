import { table, toDigits } from './document.ts';
import { startValues, toMegabytes, warmValues } from './figures.ts';
import { lambdaCostPerMillion } from './lambda-cost.ts';
import { memorySizes, type Results } from './results.ts';

interface MemoryFigures {
  readonly memoryMb: number;
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly costPerMillion: number;
}

/** This function with typical upstreams and each CPU share. */
const listMemoryFigures = (results: Results): readonly MemoryFigures[] =>
  memorySizes.map((memoryMb) => {
    const conditions = { upstreams: 'typical', memoryMb } as const;
    const p50Ms = warmValues(results, conditions, (warm) => warm.p50Ms).this;
    return {
      memoryMb,
      firstMs: startValues(results, conditions, (start) => start.firstMs).this,
      p50Ms,
      p99Ms: warmValues(results, conditions, (warm) => warm.p99Ms).this,
      costPerMillion: lambdaCostPerMillion(memoryMb, Math.ceil(p50Ms)),
    };
  });

export const memoryTable = (results: Results): string =>
  table([
    ['memory', 'first request, ms', 'warm p50, ms', 'warm p99, ms', 'Lambda, $ per million requests'],
    ...listMemoryFigures(results).map(({ memoryMb, firstMs, p50Ms, p99Ms, costPerMillion }) => [
      `${memoryMb} MB`,
      toDigits(firstMs),
      toDigits(p50Ms),
      toDigits(p99Ms),
      costPerMillion.toFixed(2),
    ]),
  ]);

/** How much longer the first request may take than with one core. Init does not depend on the memory. */
const tolerance = 1.1;

/** The recommended memory is at least this multiple of the peak RSS with the largest number of tenants. */
const headroom = 1.5;

/** Recommends the smallest memory that has room for all tenants, and hardly delays the first request. */
export const recommendMemory = (
  results: Results,
): { readonly memoryMb: number | undefined; readonly sentence: string } => {
  const figures = listMemoryFigures(results);
  const shortest = figures.at(-1)?.firstMs ?? Number.NaN;
  const { tenants } = results.plan;
  const peakMb = warmValues(results, { upstreams: 'immediate', tenants }, toMegabytes).this;
  const memoryMb = figures.find(
    (each) => each.firstMs <= tolerance * shortest && each.memoryMb >= headroom * peakMb,
  )?.memoryMb;
  if (memoryMb === undefined)
    return { memoryMb, sentence: 'No recommendation: CPU shares were not measured.' };
  const sentence =
    `Recommended, and the default: ${memoryMb} MB, the smallest size with which the first request takes at most ` +
    `${Math.round(100 * (tolerance - 1))} % longer than with one core (${memorySizes.at(-1)} MB), and which is at least ` +
    `${headroom} times the peak RSS with ${tenants} tenants (${toDigits(peakMb)} MB).`;
  return { memoryMb, sentence };
};
