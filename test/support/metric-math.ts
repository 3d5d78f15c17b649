/**
 * Evaluates an alarm of a template for one period. As in CloudWatch, a calculation without one of its values has no
 * result (NaN), and SUM and MAX skip what is missing.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import type { Json } from './read-stacks.ts';

/** The value of a metric in the period, or undefined without data. */
export type GetValue = (metric: Json) => number | undefined;

const skipMissing = (combine: (...values: number[]) => number) => (values: readonly number[]) => {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length === 0 ? Number.NaN : combine(...present);
};

const functions = {
  SUM: skipMissing((...values) => values.reduce((sum, value) => sum + value, 0)),
  MAX: skipMissing(Math.max),
  IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
};

/** Whether the alarm's value reaches its threshold. */
export const reachesThreshold = (
  { Metrics = [], Threshold, ...alarm }: Json,
  getValue: GetValue,
): boolean => {
  const evaluate = ({ Expression, MetricStat }: Json): number => {
    if (MetricStat) return getValue(MetricStat.Metric) ?? Number.NaN;
    const used = Metrics.filter(({ Id }: Json) => new RegExp(`\\b${Id}\\b`).test(Expression));
    const names = [...Object.keys(functions), ...used.map(({ Id }: Json) => Id)];
    const values = [...Object.values(functions), ...used.map(evaluate)];
    return new Function(...names, `return ${Expression.replaceAll(' AND ', ' && ')};`)(...values);
  };
  const [first] = Metrics;
  return (first ? evaluate(first) : (getValue(alarm) ?? Number.NaN)) >= Threshold;
};
