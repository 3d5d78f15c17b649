import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { catalogue, type FailureCode, failureCodes } from '../../functions/verify-number/core/failures.ts';
import {
  dimensions,
  metricNames,
  metricsNamespace,
} from '../../functions/verify-number/telemetry/metric-names.ts';

/** Below this number of failures in a minute, a rate is 0: one failure in two requests at night wakes no one. */
export const minFailures = 3;

/** Below this number of requests in a minute, the latency is 0. */
const minRequestsForLatency = 20;

const minute = Duration.minutes(1);
export const sumPerMinute = { period: minute, statistic: Stats.SUM };

/** A metric that the function writes, by outcome or in total. */
export const getCount = (handler: IFunction, metricName: string, code?: string, period = minute): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: {
      [dimensions.function]: handler.functionName,
      ...(code && { [dimensions.outcome]: code }),
    },
    statistic: Stats.SUM,
    period,
  });

export const getOutcomeCount = (handler: IFunction, code: FailureCode, period?: Duration): Metric =>
  getCount(handler, metricNames.requests, code, period);

/** A percentage. */
export const toRate = (failed: IMetric, all: IMetric): MathExpression =>
  new MathExpression({
    expression: `IF(failed >= ${minFailures}, 100 * failed / all, 0)`,
    usingMetrics: { failed, all },
    period: minute,
  });

/**
 * Failures whose status is 5xx. InternalError is left out, because its own alarm fires on the first one, and an alarm
 * takes at most ten metrics.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
export const sumServerFailures = (handler: IFunction): MathExpression => {
  const codes = failureCodes.filter((code) => catalogue[code].status >= 500 && code !== 'InternalError');
  const ids = codes.map((_code, index) => `f${index}`);
  return new MathExpression({
    expression: `SUM([${ids.join(', ')}])`,
    usingMetrics: Object.fromEntries(
      codes.map((code, index) => [`f${index}`, getOutcomeCount(handler, code)]),
    ),
    period: minute,
  });
};

export const getLatency = (handler: IFunction): MathExpression =>
  new MathExpression({
    expression: `IF(requests >= ${minRequestsForLatency}, p99, 0)`,
    usingMetrics: {
      requests: handler.metricInvocations(sumPerMinute),
      p99: handler.metricDuration({ period: minute, statistic: Stats.p(99) }),
    },
    period: minute,
  });

/**
 * Lambda's errors without the failures that the direct entry point throws, which Lambda counts as errors too. SUM skips
 * a metric without a value; a minus sign would drop the minute.
 */
export const getCrashes = (handler: IFunction): MathExpression =>
  new MathExpression({
    expression: '2 * errors - SUM([errors, thrown])',
    usingMetrics: {
      errors: handler.metricErrors(sumPerMinute),
      thrown: getCount(handler, metricNames.thrownFailures),
    },
    period: minute,
  });
