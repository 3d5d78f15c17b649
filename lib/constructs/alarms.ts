import { Duration } from 'aws-cdk-lib';
import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { catalogue, type FailureCode, failureCodes } from '../../functions/verify-number/core/failures.ts';
import {
  dimensions,
  metricNames,
  metricsNamespace,
} from '../../functions/verify-number/telemetry/metric-names.ts';
import type { Options } from '../options/parse-options.ts';

/** What is watched. */
export interface Watched {
  readonly handler: IFunction;
  readonly stage: HttpStage;
  readonly options: Options;
  /** Where alarms are sent; takes the place of the options that name a topic or an address. */
  readonly topic?: ITopic | undefined;
}

export interface AlarmDefinition {
  /** Names the alarm, and its section in docs/runbook.md. */
  readonly name: string;
  readonly metric: IMetric;
  /** The alarm fires at this value and above. */
  readonly threshold: number;
  /** How many periods must reach the threshold, out of how many. */
  readonly periods: readonly [breaching: number, of: number];
  /** What it means, and what to do first. */
  readonly advice: string;
  /** Whether it stops a release. The two that any single tenant's credentials set off do not. */
  readonly rollsBack: boolean;
}

/** Below this many failures a minute a rate is 0, so that one failure in two requests at night wakes nobody. */
const fewestFailures = 3;

const minute = Duration.minutes(1);

/** Every alarm. A code whose status is below 500, such as a wrong password, sets none of them off. */
export const alarmTable = (watched: Watched): readonly AlarmDefinition[] => {
  const { handler, stage, options } = watched;
  const requests = countOf(handler, metricNames.requests);
  const sum = { period: minute, statistic: Stats.SUM };
  return [
    {
      name: 'InternalError',
      metric: outcome(handler, 'InternalError'),
      threshold: 1,
      periods: [1, 1],
      advice:
        "A defect in the function. `defect` in the function's log says where. If a release came just before, roll it back.",
      rollsBack: true,
    },
    {
      name: 'UnexpectedResponse',
      metric: outcome(handler, 'UnexpectedResponse'),
      threshold: 1,
      periods: [1, 1],
      advice:
        'Kaleyra gave an undocumented answer. See `kaleyra_code` in the log, ask Kaleyra what it means, then handle it in functions/verify-number/kaleyra/response.ts.',
      rollsBack: true,
    },
    {
      name: 'CredentialsRejected',
      metric: outcome(handler, 'CredentialsRejected', Duration.minutes(5)),
      threshold: 1,
      periods: [1, 1],
      advice:
        "Kaleyra refuses a tenant's SID or key, or the IP address that calls. Find the tenant in the log, then run `npm run tenant -- check <tenant> --probe`.",
      rollsBack: false,
    },
    {
      name: 'CredentialsMisconfigured',
      metric: outcome(handler, 'CredentialsMisconfigured', Duration.minutes(5)),
      threshold: 1,
      periods: [1, 1],
      advice:
        "A tenant's secret has the wrong form, or the function may not read or decrypt it. Find the tenant in the log, then run `npm run tenant -- check <tenant>`.",
      rollsBack: false,
    },
    {
      name: 'KaleyraUnavailable',
      metric: rate(outcome(handler, 'KaleyraUnavailable'), requests),
      threshold: 10,
      periods: [3, 5],
      advice:
        "Percentage of requests that Kaleyra could not serve. See Kaleyra's status and, with staticEgress, the NAT. Callers may retry.",
      rollsBack: true,
    },
    {
      name: 'OutcomeUnknown',
      metric: rate(outcome(handler, 'OutcomeUnknown'), requests),
      threshold: 10,
      periods: [3, 5],
      advice:
        'Percentage of requests that Kaleyra did not answer in time. Compare `kaleyra_ms` with kaleyraTimeoutMs; ask Kaleyra. Callers may retry.',
      rollsBack: true,
    },
    {
      name: 'FailureRate',
      metric: rate(allFaults(handler), requests),
      threshold: 5,
      periods: [2, 3],
      advice:
        'Percentage of requests, over HTTP and direct, that ended in a code whose status is 5xx. The dashboard shows which code: go to its section.',
      rollsBack: true,
    },
    {
      name: 'Api5xx',
      metric: rate(stage.metricServerError(sum), stage.metricCount(sum)),
      threshold: 5,
      periods: [2, 3],
      advice:
        "Percentage of HTTP requests answered with a 5xx, by the function or by API Gateway. See `integration_error` in the API's access log.",
      rollsBack: true,
    },
    {
      name: 'FunctionCrashes',
      metric: crashes(handler),
      threshold: 1,
      periods: [2, 3],
      advice:
        "Invocations that ended without an answer: timed out, out of memory, or the code did not load. Search the function's log for `Task timed out` or `Runtime`.",
      rollsBack: true,
    },
    {
      name: 'Latency',
      metric: handler.metricDuration({ period: minute, statistic: Stats.p(99) }),
      threshold: options.kaleyraTimeoutMs / 2,
      periods: [3, 5],
      advice:
        'p99 duration in milliseconds: at least half of kaleyraTimeoutMs. Compare `kaleyra_ms` with `secrets_manager_ms` in the log.',
      rollsBack: true,
    },
    {
      name: 'Throttles',
      metric: handler.metricThrottles(sum),
      threshold: 1,
      periods: [2, 3],
      advice:
        "Lambda throttled requests: raise reservedConcurrency or the account's limit, or lower throttleRate.",
      rollsBack: false,
    },
    ...(options.countAttempts ? [uncountedAttempts(handler)] : []),
  ];
};

const uncountedAttempts = (handler: IFunction): AlarmDefinition => ({
  name: 'UncountedAttempts',
  metric: countOf(handler, metricNames.uncountedAttempts),
  threshold: 1,
  periods: [3, 5],
  advice:
    'DynamoDB fails, so attempts are not counted; attemptsOnFailure decides whether they are allowed or refused. See `attempts_error` in the log.',
  rollsBack: false,
});

/** A count of the function's own, by outcome or in total. */
const countOf = (handler: IFunction, metricName: string, code?: string, period = minute): Metric =>
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

const outcome = (handler: IFunction, code: FailureCode, period?: Duration): Metric =>
  countOf(handler, metricNames.requests, code, period);

/** A percentage. */
const rate = (failed: IMetric, all: IMetric): MathExpression =>
  new MathExpression({
    expression: `IF(failed >= ${fewestFailures}, 100 * failed / all, 0)`,
    usingMetrics: { failed, all },
    period: minute,
  });

const allFaults = (handler: IFunction): MathExpression => {
  const codes = failureCodes.filter((code) => catalogue[code].status >= 500);
  const ids = codes.map((_code, index) => `f${index}`);
  return new MathExpression({
    expression: `SUM([${ids.join(', ')}])`,
    usingMetrics: Object.fromEntries(codes.map((code, index) => [`f${index}`, outcome(handler, code)])),
    period: minute,
  });
};

/**
 * Lambda's errors without the failures that the direct entry point throws, which Lambda counts among them: wrong passwords,
 * for one. SUM skips what has no value, where a minus sign would drop the minute.
 */
const crashes = (handler: IFunction): MathExpression =>
  new MathExpression({
    expression: '2 * errors - SUM([errors, thrown])',
    usingMetrics: {
      errors: handler.metricErrors({ period: minute, statistic: Stats.SUM }),
      thrown: countOf(handler, metricNames.thrownFailures),
    },
    period: minute,
  });
