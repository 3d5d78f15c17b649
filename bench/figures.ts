import { type ContestantName, type PerContestant, perContestant } from './contestants.ts';
import type { Start } from './measure-starts.ts';
import type { Warm } from './measure-warm.ts';
import type { Conditions, Results } from './results.ts';

/** One quantity of all functions. NaN: not measured. */
export interface Figure {
  readonly title: string;
  readonly unit: 'ms' | 'kB' | 'MB' | 'bytes' | 'reads' | 'per second';
  readonly values: PerContestant<number>;
}

type WarmConditions = Conditions & { readonly tenants?: number; readonly inFlight?: number };

/** One quantity of the cold starts of all functions. */
export const startValues = (
  { starts }: Results,
  { upstreams, memoryMb }: Conditions,
  value: (start: Start) => number,
): PerContestant<number> =>
  perContestant((name) => {
    const found = starts.find(
      (start) => start.name === name && start.upstreams === upstreams && start.memoryMb === memoryMb,
    );
    return found ? value(found) : Number.NaN;
  });

/** One quantity of the warm requests of all functions. */
export const warmValues = (
  { warm }: Results,
  { upstreams, memoryMb, tenants = 1, inFlight = 1 }: WarmConditions,
  value: (warm: Warm) => number | undefined,
): PerContestant<number> =>
  perContestant((name) => {
    const found = warm.find(
      (each) =>
        each.name === name &&
        each.upstreams === upstreams &&
        each.memoryMb === memoryMb &&
        each.tenants === tenants &&
        each.inFlight === inFlight,
    );
    return (found && value(found)) ?? Number.NaN;
  });

const immediate = { upstreams: 'immediate' } as const;
export const toMegabytes = ({ peakRssBytes }: Warm): number | undefined => peakRssBytes && peakRssBytes / 1e6;

/** The figures that the goals and the chart use. */
export const mainFigures = (results: Results) => {
  const share = { ...immediate, memoryMb: 512 };
  const rssTitle = `Peak RSS after ${results.plan.requests} requests`;
  const figure = (title: string, unit: Figure['unit'], values: Figure['values']): Figure => ({
    title,
    unit,
    values,
  });
  return {
    sharedTotal: figure(
      'Init + first request, 512 MB',
      'ms',
      startValues(results, share, ({ totalMs }) => totalMs),
    ),
    sharedFirst: figure(
      'First request, 512 MB',
      'ms',
      startValues(results, share, ({ firstMs }) => firstMs),
    ),
    coldStart: figure(
      'Cold start, all cores',
      'ms',
      startValues(results, immediate, ({ totalMs }) => totalMs),
    ),
    p50: figure(
      'Warm p50, all cores',
      'ms',
      warmValues(results, immediate, ({ p50Ms }) => p50Ms),
    ),
    p99: figure(
      'Warm p99, all cores',
      'ms',
      warmValues(results, immediate, ({ p99Ms }) => p99Ms),
    ),
    rss: figure(rssTitle, 'MB', warmValues(results, immediate, toMegabytes)),
    bundle: figure(
      'Bundle',
      'kB',
      perContestant((name) => results.bundleBytes[name] / 1000),
    ),
    logBytes: figure(
      'Log of one request',
      'bytes',
      warmValues(results, immediate, ({ logBytes }) => logBytes),
    ),
  } as const satisfies Record<string, Figure>;
};

/** Everything else that is measured on all cores. */
export const otherFigures = (results: Results): readonly Figure[] => {
  const { plan, stampede } = results;
  const several = { ...immediate, inFlight: plan.inFlight };
  const many = (value: (warm: Warm) => number | undefined) =>
    warmValues(results, { ...immediate, tenants: plan.tenants }, value);
  const fromStampede = (value: (name: ContestantName) => number) => perContestant(value);
  return [
    {
      title: 'Cold start, p90',
      unit: 'ms',
      values: startValues(results, immediate, ({ totalP90Ms }) => totalP90Ms),
    },
    {
      title: 'Main thread, CPU time of a warm request',
      unit: 'ms',
      values: warmValues(results, immediate, ({ cpuMs }) => cpuMs),
    },
    {
      title: 'Throughput',
      unit: 'per second',
      values: warmValues(results, immediate, (each) => each.requestsPerSecond),
    },
    {
      title: `Throughput, ${plan.inFlight} at a time`,
      unit: 'per second',
      values: warmValues(results, several, (each) => each.requestsPerSecond),
    },
    {
      title: `p99, ${plan.inFlight} at a time`,
      unit: 'ms',
      values: warmValues(results, several, ({ p99Ms }) => p99Ms),
    },
    { title: `Warm p50, ${plan.tenants} tenants`, unit: 'ms', values: many(({ p50Ms }) => p50Ms) },
    { title: `Peak RSS, ${plan.tenants} tenants`, unit: 'MB', values: many(toMegabytes) },
    {
      title: `Reads of secrets, ${plan.tenants} tenants`,
      unit: 'reads',
      values: many((w) => w.secretsManagerCalls),
    },
    {
      title: `Reads of secrets, ${plan.stampede} concurrent requests for one uncached tenant`,
      unit: 'reads',
      values: fromStampede((name) => stampede[name].secretsManagerCalls),
    },
    {
      title: 'Until their last response',
      unit: 'ms',
      values: fromStampede((name) => stampede[name].lastMs),
    },
  ];
};
