import { contestantNames, titles } from './contestants.ts';
import { type Figure, figuresOf, type Goal, growthGoal } from './figures.ts';
import type { Results } from './results.ts';

/** A run in Markdown: the machine, every figure with its ratio to the floor, growth, and which goals were reached. */
export const reportOf = (results: Results): string =>
  [machineLine(results), table(figuresOf(results)), growthTable(results)].join('\n\n');

const machineLine = ({ machine, plan }: Results): string => {
  const { takenAt, processor, cores, memoryGiB, system, node, loadBefore } = machine;
  return (
    `Taken ${takenAt.slice(0, 10)} on ${cores} cores (${processor}), ${memoryGiB} GiB, ${system}, Node ${node}; ` +
    `load ${loadBefore.toFixed(1)} before the run. ${plan.starts} cold starts and ${plan.requests} warm requests each.`
  );
};

const rounded = (value: number): string => {
  if (Number.isNaN(value)) return '–';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
};

const amount = (value: number, unit: Figure['unit']): string => {
  if (unit === 'calls') return value.toFixed(0);
  return unit === 'per second' ? `${value.toFixed(0)}/s` : `${rounded(value)} ${unit}`;
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const goalText = ({ of, limit, reached }: Goal): string =>
  `${reached <= limit ? '✓' : '✗'} ${reached.toFixed(2)} of ${of} (at most ${limit})`;

const table = (figures: readonly Figure[]): string => {
  const head = ['', ...contestantNames.map((name) => titles[name]), 'goals'];
  const rows = figures.map(({ title, unit, values, goals }) => {
    const cells = contestantNames.map((name) => {
      const hasRatio = name !== 'floor' && unit !== 'calls' && unit !== 'kB';
      const ratio = hasRatio ? ` (${rounded(values[name] / values.floor)})` : '';
      return amount(values[name], unit) + ratio;
    });
    return [title, ...cells, goals.map(goalText).join('<br>')];
  });
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
};

const growthTable = (results: Results): string => {
  const head = ['tenants', 'function', 'warm p50', 'warm p99', 'peak RSS', 'Secrets Manager calls'];
  const rows = results.growth.map(({ name, tenants, p50Ms, p99Ms, peakRssBytes, secretsManagerCalls }) => [
    String(tenants),
    titles[name],
    amount(p50Ms, 'ms'),
    amount(p99Ms, 'ms'),
    amount((peakRssBytes ?? Number.NaN) / 1e6, 'MB'),
    String(secretsManagerCalls),
  ]);
  const most = Math.max(...results.plan.tenants);
  return [
    `Warm p50 of this function with ${most} tenants: ${goalText(growthGoal(results))}.`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...rows.map(row),
  ].join('\n');
};
