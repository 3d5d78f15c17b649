import { memorySizes, roundTrips, tenantMemorySizes, wholeCoreMb } from './conditions.ts';
import { type ContestantName, contestantNames, titles } from './contestants.ts';
import { table, toDigits } from './document.ts';
import { createLookup, listFigures } from './figures.ts';
import { listGoals } from './goals.ts';
import type { Results } from './measure.ts';
import { listMemoryFigures, recommendMemory } from './recommend-memory.ts';
import { scaleTable } from './scale.ts';

/** The blocks of docs/performance.md, in Markdown. */
export const reportBlocks = (results: Results) => ({
  machine: describeRun(results),
  goals: goalsBlock(results),
  first: firstTable(results),
  immediate: immediateTable(results),
  tenants: tenantsTable(results),
  memory: memoryBlock(results),
  figures: figuresTable(results),
  scale: scaleBlock(results),
});

/** A row of a table with one column for each function. */
type Row = readonly [title: string, toCell: (name: ContestantName) => string];

const compare = (rows: readonly Row[]): string =>
  table([
    ['', ...contestantNames.map((name) => titles[name])],
    ...rows.map(([title, toCell]) => [title, ...contestantNames.map(toCell)]),
  ]);

const toSize = (memoryMb: number): string => (memoryMb === wholeCoreMb ? 'a core' : `${memoryMb} MB`);
const toPercent = (bytes: number, memoryMb: number): string =>
  `${((100 * bytes) / (memoryMb * 2 ** 20)).toFixed(0)} %`;

const describeRun = ({ machine, plan, withoutLimits }: Results): string =>
  `${machine.sentence} For each function and memory size: ${plan.starts} cold starts, and ${plan.requests} warm requests ` +
  `with immediate upstreams or ${plan.requestsAtTypicalLatency} with typical ones. The run took ${Math.round(performance.now() / 60_000)} minutes. ` +
  (withoutLimits ? `Without limits on memory and CPU time: ${withoutLimits}` : '');

const goalsBlock = (results: Results): string => {
  const goals = listGoals(results);
  const rows = goals.map(([title, measured, limit]) => {
    // A third digit, so that a figure just above its limit does not look equal to it.
    const digits = measured < 10 ? measured.toFixed(3) : measured.toFixed(1);
    return [title, digits, String(limit), measured <= limit ? 'met' : '**missed**'];
  });
  const missed = goals.filter(([, measured, limit]) => measured > limit);
  const obstacles = missed.map(([title, , , obstacle]) => `- ${title}: ${obstacle}`);
  return `${table([['goal', 'measured', 'at most', ''], ...rows])}\n\n${obstacles.join('\n')}`.trim();
};

const firstTable = (results: Results): string => {
  const { getStart, getWarm } = createLookup(results);
  const toRow = (roundTrip: (typeof roundTrips)[number], memoryMb: number): Row => [
    `${roundTrip}, ${toSize(memoryMb)}`,
    (name) => {
      const { firstMs, failure } = getStart(name, roundTrip, memoryMb);
      const { p50Ms } = getWarm(name, roundTrip, memoryMb);
      return failure ?? `${firstMs.toFixed(0)}/${p50Ms.toFixed(0)} (${toDigits(firstMs / p50Ms)})`;
    },
  ];
  return compare(
    roundTrips.flatMap((roundTrip) => memorySizes.map((memoryMb) => toRow(roundTrip, memoryMb))),
  );
};

const immediateTable = (results: Results): string => {
  const { getStart, getWarm } = createLookup(results);
  const toStartRow = (memoryMb: number): Row => [
    `init + first, ${toSize(memoryMb)}`,
    (name) => {
      const { initMs, firstMs, totalMs, failure } = getStart(name, 'immediate', memoryMb);
      const ratio = totalMs / getStart('floor', 'immediate', memoryMb).totalMs;
      return failure ?? `${initMs.toFixed(0)}+${firstMs.toFixed(0)} (${toDigits(ratio)})`;
    },
  ];
  const toWarmRow = (memoryMb: number): Row => [
    `warm p50 / p99, ${toSize(memoryMb)}`,
    (name) => {
      const { p50Ms, p99Ms, failure } = getWarm(name, 'immediate', memoryMb);
      const floor = getWarm('floor', 'immediate', memoryMb);
      const ratios = `(${toDigits(p50Ms / floor.p50Ms)}/${toDigits(p99Ms / floor.p99Ms)})`;
      return failure ?? `${toDigits(p50Ms)}/${toDigits(p99Ms)} ${ratios}`;
    },
  ];
  return compare([...memorySizes.map(toStartRow), ...memorySizes.map(toWarmRow)]);
};

const tenantsTable = (results: Results): string => {
  const { getPeak } = createLookup(results);
  const toRow = (memoryMb: number): Row => [
    `${memoryMb} MB`,
    (name) => {
      const { peakRssBytes, failure } = getPeak(name, memoryMb);
      return failure ?? `${toDigits(peakRssBytes / 1e6)} (${toPercent(peakRssBytes, memoryMb)})`;
    },
  ];
  return compare(tenantMemorySizes.map(toRow));
};

const memoryBlock = (results: Results): string => {
  const rows = listMemoryFigures(results).map(({ memoryMb, firstMs, p50Ms, p99Ms, nearCost, cost }) => [
    toSize(memoryMb),
    ...[firstMs, p50Ms, p99Ms].map(toDigits),
    ...[nearCost, cost].map((dollars) => dollars.toFixed(2)),
  ]);
  const head = ['memory', 'first request, ms', 'warm p50, ms', 'warm p99, ms', '$ at 0 ms', '$ at 40 ms'];
  return `${table([head, ...rows])}\n\n${recommendMemory(results).text}`;
};

const figuresTable = (results: Results): string => {
  const sizes = listFigures(results).filter(({ unit }) => unit !== 'ms');
  return compare(
    // The other tables have the times.
    sizes.map(({ title, unit, values }) => [
      `${title}, ${unit}`,
      (name) => `${toDigits(values[name])} (${toDigits(values[name] / values.floor)})`,
    ]),
  );
};

const scaleBlock = (results: Results): string => {
  const { getStart, getWarm } = createLookup(results);
  const { memoryMb } = recommendMemory(results);
  const { initMs, firstMs } = getStart('this', '5 ms', memoryMb);
  const { p50Ms } = getWarm('this', '5 ms', memoryMb);
  const durations = [initMs, firstMs, p50Ms].map(toDigits).join(', ');
  return (
    `Init, first and warm request with ${memoryMb} MB and a round trip of 5 ms: ${durations} ms.\n\n` +
    scaleTable(initMs + firstMs, p50Ms)
  );
};
