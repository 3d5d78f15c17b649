import { Duration } from 'aws-cdk-lib';
import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { metricNames } from '../../functions/verify-number/telemetry/metric-names.ts';
import type { Options } from '../options/parse-options.ts';
import {
  getCount,
  getCrashes,
  getLatency,
  getOutcomeCount,
  minFailures,
  sumPerMinute,
  sumServerFailures,
  toRate,
} from './alarm-metrics.ts';
import type { AlarmDefinition } from './create-alarms.ts';

/** The sources of the alarms' metrics. */
export interface AlarmSources {
  readonly handler: IFunction;
  readonly stage: HttpStage;
  /** Requests that API Gateway throttled. */
  readonly throttled: Metric;
  /** Requests that ended in 401 or 403. */
  readonly accessDenied: Metric;
  /** Requests of tenants whose secret is misconfigured. */
  readonly misconfigured: Metric;
  readonly options: Options;
}

const fiveMinutes = Duration.minutes(5);

/** Every alarm. A code with a status below 500, for example a wrong password, fires none but AccessDenied (403). */
export const defineAlarms = (sources: AlarmSources): readonly AlarmDefinition[] => [
  ...defineOutcomeAlarms(sources),
  ...defineServiceAlarms(sources),
  ...defineOptionalAlarms(sources),
];

const defineOutcomeAlarms = ({ handler, misconfigured }: AlarmSources): readonly AlarmDefinition[] => {
  const requests = getCount(handler, metricNames.requests);
  const getRate = (code: FailureCode) => toRate(getOutcomeCount(handler, code), requests);
  return [
    {
      name: 'InternalError',
      metric: getOutcomeCount(handler, 'InternalError'),
      threshold: 1,
      periods: [1, 1],
      advice:
        "The function has a defect. See `defect` in the function's log. If a release came just before, roll it back.",
      rollsBack: true,
    },
    {
      name: 'UnexpectedResponse',
      metric: getOutcomeCount(handler, 'UnexpectedResponse', fiveMinutes),
      threshold: minFailures,
      periods: [1, 1],
      advice:
        'Kaleyra sent undocumented responses. See `reason` and `kaleyra_code` in the log and ask Kaleyra what they mean.',
      rollsBack: true,
    },
    {
      name: 'CredentialsRejected',
      metric: getOutcomeCount(handler, 'CredentialsRejected', fiveMinutes),
      threshold: 1,
      periods: [1, 1],
      advice:
        "Kaleyra rejects a tenant's SID or key, or the calling IP address. Find the tenant in the log, then run `npm run tenant -- check <tenant> --probe`, with --pod and --prefix if the stack sets them.",
      rollsBack: false,
    },
    {
      name: 'CredentialsMisconfigured',
      metric: misconfigured.with({ period: fiveMinutes }),
      threshold: 1,
      periods: [1, 1],
      advice:
        "A tenant's secret has the wrong format, or the function may not read or decrypt it. Find the tenant in the log, then run `npm run tenant -- check <tenant>`.",
      rollsBack: false,
    },
    {
      name: 'KaleyraUnavailable',
      metric: getRate('KaleyraUnavailable'),
      threshold: 10,
      periods: [3, 5],
      advice:
        "Kaleyra cannot be reached for this percentage of requests. Check Kaleyra's status and, in a VPC, the NAT. Callers may retry.",
      rollsBack: true,
    },
    {
      name: 'KaleyraFailed',
      metric: getRate('KaleyraFailed'),
      threshold: 10,
      periods: [3, 5],
      advice:
        "Kaleyra reports failures of its own for this percentage of requests. Check Kaleyra's status and ask its support. Callers may retry.",
      rollsBack: true,
    },
    {
      name: 'OutcomeUnknown',
      metric: getRate('OutcomeUnknown'),
      threshold: 10,
      periods: [3, 5],
      advice:
        'Kaleyra does not respond in time to this percentage of requests. Compare `kaleyra_ms` with kaleyraTimeoutMs and ask Kaleyra. Callers may retry.',
      rollsBack: true,
    },
    {
      name: 'FailureRate',
      metric: toRate(sumServerFailures(handler), requests),
      threshold: 5,
      periods: [2, 3],
      advice:
        'This percentage of requests, over HTTP and direct, fails with a code whose status is 5xx. See the code on the dashboard, then go to its section.',
      rollsBack: true,
    },
  ];
};

const defineServiceAlarms = (sources: AlarmSources): readonly AlarmDefinition[] => {
  const { handler, stage, throttled, accessDenied, options } = sources;
  return [
    {
      name: 'Api5xx',
      metric: toRate(stage.metricServerError(sumPerMinute), stage.metricCount(sumPerMinute)),
      threshold: 5,
      periods: [2, 3],
      advice:
        "This percentage of HTTP requests gets a 5xx from the function or from API Gateway. See `integration_error` in the API's access log.",
      rollsBack: true,
    },
    {
      name: 'ApiThrottled',
      metric: throttled.with(sumPerMinute),
      threshold: 1,
      periods: [2, 3],
      advice:
        'API Gateway throttles requests. See who calls in the access log; if the traffic is expected, raise throttleRate and throttleBurst.',
      rollsBack: false,
    },
    {
      name: 'AccessDenied',
      metric: accessDenied.with({ period: fiveMinutes, statistic: Stats.SUM }),
      threshold: 50,
      periods: [1, 1],
      advice:
        'Many requests get 401 or 403 (count in five minutes). See `source_ip` and `iam_caller` in the access log: a caller lost its permission, or someone tries tenants.',
      rollsBack: false,
    },
    {
      name: 'FunctionCrashes',
      metric: getCrashes(handler),
      threshold: 1,
      periods: [2, 3],
      advice:
        "Invocations end without a response: timeout, out of memory, or the code does not load. Search the function's log for `platform.report` with an error.",
      rollsBack: true,
    },
    {
      name: 'Latency',
      metric: getLatency(handler),
      threshold: options.kaleyraTimeoutMs / 2,
      periods: [3, 5],
      advice:
        'The p99 duration in milliseconds is at least half of kaleyraTimeoutMs. Compare `kaleyra_ms` with `secrets_manager_ms` in the log.',
      rollsBack: true,
    },
    {
      name: 'Throttles',
      metric: handler.metricThrottles(sumPerMinute),
      threshold: 1,
      periods: [2, 3],
      advice:
        "Lambda throttles requests. Raise reservedConcurrency or the account's concurrency limit, or lower throttleRate.",
      rollsBack: false,
    },
  ];
};

const defineOptionalAlarms = ({ handler, options }: AlarmSources): readonly AlarmDefinition[] => {
  const { countAttempts, attemptsOnFailure, expectTrafficEvery } = options;
  const uncounted: AlarmDefinition = {
    name: 'UncountedAttempts',
    metric: getCount(handler, metricNames.uncountedAttempts),
    threshold: 1,
    periods: [3, 5],
    advice:
      'DynamoDB fails, so attempts are not counted. See `attempts_error` in the log and the AWS Health Dashboard.',
    rollsBack: false,
  };
  const refused: AlarmDefinition = {
    name: 'AttemptsUnavailable',
    metric: toRate(getOutcomeCount(handler, 'AttemptsUnavailable'), getCount(handler, metricNames.requests)),
    threshold: 10,
    periods: [3, 5],
    advice:
      'DynamoDB fails, so this percentage of requests is refused. See `attempts_error` in the log; attemptsOnFailure=allow with releases=none serves them without counting.',
    rollsBack: false,
  };
  const defineSilenceAlarm = (minutes: number): AlarmDefinition => ({
    name: 'NoTraffic',
    metric: getCount(handler, metricNames.requests, undefined, Duration.minutes(minutes)),
    threshold: 1,
    periods: [1, 1],
    advice: `No request arrived for ${minutes} minutes (option expectTrafficEvery). Check the callers, their DNS and their permissions, then the access log.`,
    rollsBack: false,
    onSilence: true,
  });
  return [
    ...(countAttempts ? [uncounted] : []),
    ...(attemptsOnFailure === 'refuse' ? [refused] : []),
    ...(expectTrafficEvery === undefined ? [] : [defineSilenceAlarm(expectTrafficEvery)]),
  ];
};
