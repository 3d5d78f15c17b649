import { type ContestantName, contestantNames } from './contestants.ts';
import type { Warm } from './measure-warm.ts';
import type { Results } from './results.ts';

export type Values = Readonly<Record<ContestantName, number>>;

/** What a figure is to be, as a ratio to another value. */
export interface Goal {
  /** What it is a ratio to. */
  readonly of: string;
  readonly limit: number;
  readonly reached: number;
}

/** One thing that was measured of everybody. */
export interface Figure {
  readonly title: string;
  readonly unit: 'ms' | 'kB' | 'MB' | 'calls' | 'per second';
  readonly values: Values;
  readonly goals: readonly Goal[];
}

const valuesOf = (value: (name: ContestantName) => number): Values =>
  Object.fromEntries(contestantNames.map((name) => [name, value(name)])) as Values;

const warmValues = (warms: readonly Warm[], value: (warm: Warm) => number | undefined): Values =>
  valuesOf((name) => {
    const warm = warms.find((each) => each.name === name);
    return (warm && value(warm)) ?? Number.NaN;
  });

const mega = (bytes: number | undefined): number | undefined => bytes && bytes / 1e6;

/** Every figure of a run, with the goals that the project has set itself. */
export const figuresOf = (results: Results): readonly Figure[] => {
  const { coldStart, warm, warmInFlight, stampede, plan, bundleBytes } = results;
  const figure = (title: string, unit: Figure['unit'], values: Values, ...goals: Goal[]): Figure => ({
    title,
    unit,
    values,
    goals,
  });
  const goal = (of: string, limit: number, values: Values, base: number): Goal => ({
    of,
    limit,
    reached: values.this / base,
  });
  const toFloor = (limit: number, values: Values) => goal('the floor', limit, values, values.floor);
  const better = (values: Values) => Math.min(values.powertools, values.tutorial);

  const bundle = valuesOf((name) => bundleBytes[name] / 1000);
  const cold = valuesOf((name) => coldStart.zero[name].p50Ms);
  const p50 = warmValues(warm.zero, ({ p50Ms }) => p50Ms);
  const p99 = warmValues(warm.zero, ({ p99Ms }) => p99Ms);
  const rss = warmValues(warm.zero, ({ peakRssBytes }) => mega(peakRssBytes));
  const calls = valuesOf((name) => stampede[name].secretsManagerCalls);
  const { secretsManagerMs, kaleyraMs } = plan.realLatencies;
  const real = `Secrets Manager ${secretsManagerMs} ms, Kaleyra ${kaleyraMs} ms`;
  const several = `${plan.inFlight} in flight`;

  return [
    figure(
      'Bundle',
      'kB',
      bundle,
      goal('240 kB', 1, bundle, 240),
      goal('the smaller peer', 0.45, bundle, better(bundle)),
    ),
    figure('Cold start', 'ms', cold, toFloor(2, cold), goal('the faster peer', 0.65, cold, better(cold))),
    figure(
      'Cold start, p90',
      'ms',
      valuesOf((name) => coldStart.zero[name].p90Ms),
    ),
    figure(
      `Cold start, ${real}`,
      'ms',
      valuesOf((name) => coldStart.real[name].p50Ms),
    ),
    figure(
      'Warm p50',
      'ms',
      p50,
      toFloor(1.25, p50),
      goal('the Powertools-style peer', 0.6, p50, p50.powertools),
    ),
    figure('Warm p99', 'ms', p99, toFloor(1.5, p99)),
    figure(
      `Warm p50, ${real}`,
      'ms',
      warmValues(warm.real, ({ p50Ms }) => p50Ms),
    ),
    figure(
      'Throughput',
      'per second',
      warmValues(warm.zero, (each) => each.requestsPerSecond),
    ),
    figure(
      `Throughput, ${several}`,
      'per second',
      warmValues(warmInFlight, (each) => each.requestsPerSecond),
    ),
    figure(
      `p99, ${several}`,
      'ms',
      warmValues(warmInFlight, ({ p99Ms }) => p99Ms),
    ),
    figure(`Peak RSS after ${plan.requests} requests`, 'MB', rss, toFloor(1.25, rss)),
    figure(
      `Secrets Manager calls of ${plan.requests} requests`,
      'calls',
      warmValues(warm.zero, (each) => each.secretsManagerCalls),
    ),
    figure(
      `Secrets Manager calls of ${plan.stampede} requests at once for one cold tenant`,
      'calls',
      calls,
      goal('one', 1, calls, 1),
    ),
    figure(
      'Until the last of them is answered',
      'ms',
      valuesOf((name) => stampede[name].lastMs),
    ),
  ];
};

/** Warm p50 with the most tenants against one, of this function. */
export const growthGoal = ({ growth, plan }: Results): Goal => {
  const p50Of = (tenants: number) =>
    growth.find((each) => each.name === 'this' && each.tenants === tenants)?.p50Ms ?? Number.NaN;
  return { of: 'one tenant', limit: 1.1, reached: p50Of(Math.max(...plan.tenants)) / p50Of(1) };
};
