/** Figures from the results of a run. NaN: not measured, or the process ended. */
import { type Upstreams, wholeCoreMb } from './conditions.ts';
import { type ContestantName, contestantNames } from './contestants.ts';
import type { Results } from './measure.ts';

/** One quantity of all functions. */
export interface Figure {
  readonly title: string;
  readonly unit: 'ms' | 'kB' | 'MB';
  readonly values: Readonly<Record<ContestantName, number>>;
}

const notMeasured = {
  initMs: Number.NaN,
  firstMs: Number.NaN,
  totalMs: Number.NaN,
  p50Ms: Number.NaN,
  p99Ms: Number.NaN,
  peakRssBytes: Number.NaN,
  failure: undefined,
};

/** Returns access to the measurements of one function under one condition. */
export const createLookup = ({ starts, warm, tenants }: Results) => ({
  getStart: (name: ContestantName, upstreams: Upstreams, memoryMb: number) =>
    starts.find((each) => each.name === name && each.upstreams === upstreams && each.memoryMb === memoryMb) ??
    notMeasured,
  getWarm: (name: ContestantName, upstreams: Upstreams, memoryMb: number) =>
    warm.find((each) => each.name === name && each.upstreams === upstreams && each.memoryMb === memoryMb) ??
    notMeasured,
  getPeak: (name: ContestantName, memoryMb: number) =>
    tenants.find((each) => each.name === name && each.memoryMb === memoryMb) ?? notMeasured,
});

/** The figures of the chart. */
export const listFigures = (results: Results): readonly Figure[] => {
  const { getStart, getWarm, getPeak } = createLookup(results);
  const figure = (title: string, unit: Figure['unit'], value: (name: ContestantName) => number): Figure => ({
    title,
    unit,
    values: Object.fromEntries(contestantNames.map((name) => [name, value(name)])) as Figure['values'],
  });
  const tenants = results.plan.tenants.toLocaleString('en-US');
  return [
    figure('First request, 256 MB, 40 ms', 'ms', (name) => getStart(name, '40 ms', 256).firstMs),
    figure('First request, 512 MB, 40 ms', 'ms', (name) => getStart(name, '40 ms', 512).firstMs),
    figure('Init + first, 512 MB', 'ms', (name) => getStart(name, 'immediate', 512).totalMs),
    figure('Warm p50, a core', 'ms', (name) => getWarm(name, 'immediate', wholeCoreMb).p50Ms),
    figure('Peak RSS, 512 MB', 'MB', (name) => getWarm(name, 'immediate', 512).peakRssBytes / 1e6),
    figure(`${tenants} tenants, 256 MB`, 'MB', (name) => getPeak(name, 256).peakRssBytes / 1e6),
    figure('Bundle', 'kB', (name) => results.bundleBytes[name] / 1000),
  ];
};
