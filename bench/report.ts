import { platformLogBytes } from '../scripts/costs/measure-logs.ts';
import { contestantNames, type PerContestant, titles } from './contestants.ts';
import { table, toDigits } from './document.ts';
import { type Figure, mainFigures, otherFigures, startValues, warmValues } from './figures.ts';
import { formerLogBytes, listGoals } from './goals.ts';
import { machineSentence } from './machine.ts';
import { memoryTable, recommendMemory } from './recommend-memory.ts';
import { type Conditions, latencies, memorySizes, type Results, type Upstreams } from './results.ts';

/** The blocks of docs/performance.md, in Markdown. */
export const reportBlocks = (results: Results) => ({
  goals: goalsTable(results),
  starts: startsTable(results),
  warm: warmTable(results),
  memory: memoryBlock(results),
  figures: `${figuresTable([...Object.values(mainFigures(results)), ...otherFigures(results)])}\n\n${logSentence(results)}`,
  machine: planSentence(results),
});

const memoryBlock = (results: Results): string => {
  const { sentence } = recommendMemory(results);
  return results.sharesSkipped === undefined ? `${memoryTable(results)}\n\n${sentence}` : sentence;
};

const head = ['', ...contestantNames.map((name) => titles[name])];

const goalsTable = (results: Results): string =>
  table([
    ['goal', 'measured', 'at most', ''],
    ...listGoals(results).map(({ title, measured, limit }) => {
      const met = measured <= limit ? 'met' : '**missed**';
      // A third digit, so that a figure just above its limit does not look equal to it.
      const digits = measured < 10 && !Number.isInteger(measured) ? measured.toFixed(3) : toDigits(measured);
      return [title, digits, String(limit), Number.isNaN(measured) ? 'not measured' : met];
    }),
  ]);

/** All conditions that were measured, with a title for each. */
const listConditions = (results: Results): readonly (readonly [string, Conditions])[] =>
  (Object.keys(latencies) as Upstreams[]).flatMap((upstreams) => {
    const shares = results.sharesSkipped === undefined ? memorySizes : [];
    return [
      ...shares.map((memoryMb) => [`${memoryMb} MB, ${upstreams}`, { upstreams, memoryMb }] as const),
      [`all cores, ${upstreams}`, { upstreams }] as const,
    ];
  });

const ratio = (values: PerContestant<number>, name: keyof PerContestant<number>): string =>
  name === 'floor' ? '' : ` (${toDigits(values[name] / values.floor)})`;

const startsTable = (results: Results): string =>
  table([
    head,
    ...listConditions(results).map(([title, conditions]) => {
      const init = startValues(results, conditions, ({ initMs }) => initMs);
      const first = startValues(results, conditions, ({ firstMs }) => firstMs);
      const total = startValues(results, conditions, ({ totalMs }) => totalMs);
      const cells = contestantNames.map(
        (name) => `${init[name].toFixed(0)} + ${first[name].toFixed(0)}${ratio(total, name)}`,
      );
      return [title, ...cells];
    }),
  ]);

const warmTable = (results: Results): string =>
  table([
    head,
    ...listConditions(results).map(([title, conditions]) => {
      const p50 = warmValues(results, conditions, ({ p50Ms }) => p50Ms);
      const p99 = warmValues(results, conditions, ({ p99Ms }) => p99Ms);
      const cells = contestantNames.map(
        (name) => `${toDigits(p50[name])}${ratio(p50, name)} / ${toDigits(p99[name])}${ratio(p99, name)}`,
      );
      return [title, ...cells];
    }),
  ]);

const figuresTable = (figures: readonly Figure[]): string =>
  table([
    head,
    ...figures.map(({ title, unit, values }) => {
      const cells = contestantNames.map((name) => {
        const hasRatio = unit === 'ms' || unit === 'MB' || unit === 'per second';
        return toDigits(values[name]) + (hasRatio && !Number.isNaN(values[name]) ? ratio(values, name) : '');
      });
      return [`${title}, ${unit}`, ...cells];
    }),
  ]);

const logSentence = (results: Results): string => {
  const { this: own } = mainFigures(results).logBytes.values;
  return (
    `This function logs ${own.toFixed(0)} bytes for a request (commit 883245d: ${formerLogBytes}). Lambda's own ` +
    `lines add about ${platformLogBytes} bytes.`
  );
};

const planSentence = ({ machine, plan, sharesSkipped }: Results): string => {
  const allCores = `${plan.starts} cold starts and ${plan.requests} warm requests of each function on all cores`;
  const withShares = `${plan.startsWithShare} and ${plan.requestsWithShare} with each CPU share.`;
  const rest =
    sharesSkipped === undefined ? `, ${withShares}` : `. CPU shares were not measured: ${sharesSkipped}`;
  return `${machineSentence(machine)} ${allCores}${rest}`;
};
