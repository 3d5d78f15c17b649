/** Every alarm of the function and its API. */
import { Duration } from 'aws-cdk-lib';
import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { OnFailure } from '../../functions/verify-number/attempts/limits.ts';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { metricNames } from '../../functions/verify-number/telemetry/metric-names.ts';
import {
  type CredentialsFailures,
  compareCredentialsFailures,
  getCount,
  getLatency,
  getOutcomeCount,
  minFailures,
  perFiveMinutes,
  perMinute,
  subtract,
  sumServerFailures,
  toRate,
} from './alarm-metrics.ts';
import type { AlarmDefinition } from './create-alarms.ts';

/** What the alarms watch, and the settings that they follow. */
export interface AlarmSources {
  /** The function's alias, which releases move to a new version. */
  readonly alias: Alias;
  readonly stage: HttpStage;
  /** Requests that API Gateway throttled. */
  readonly throttled: Metric;
  /** Requests that ended in 401 or 403. */
  readonly accessDenied: Metric;
  readonly kaleyraTimeout: Duration;
  readonly tenantRequestsPerMinute: number;
  /** What happens if attempts cannot be counted. Absent without attempt counting. */
  readonly attemptsOnFailure?: OnFailure | undefined;
  /** @default silence is not an alarm */
  readonly expectTrafficEvery?: Duration | undefined;
}

const twoOfThree = [2, 3] as const;
const threeOfFive = [3, 5] as const;

/**
 * Defines every alarm, by the name of its section in docs/runbook.md. A code with a status below 500, for example a
 * wrong password, fires none but AccessDenied (403).
 */
export const defineAlarms = (
  sources: AlarmSources,
  credentials: CredentialsFailures,
): Readonly<Record<string, AlarmDefinition>> => {
  const { alias, stage, kaleyraTimeout, attemptsOnFailure, expectTrafficEvery } = sources;
  const handler = alias.lambda;
  const requests = getCount(handler, metricNames.requests);
  const silence = expectTrafficEvery ?? Duration.hours(1);
  const defineRate = (code: FailureCode, advice: string) => ({
    metric: toRate(getOutcomeCount(handler, code), requests),
    threshold: 10,
    periods: threeOfFive,
    advice: `${advice} The value is a percentage of requests.`,
    rollsBack: true,
  });
  return {
    InternalError: {
      metric: getOutcomeCount(handler, 'InternalError'),
      advice: 'The function has a defect. See `defect` in its log; take a new release back.',
      rollsBack: true,
    },
    UnexpectedResponse: {
      metric: getOutcomeCount(handler, 'UnexpectedResponse').with(perFiveMinutes),
      threshold: minFailures,
      advice: 'Kaleyra sent undocumented responses. See `reason` and `kaleyra_code` in the log; ask Kaleyra.',
      rollsBack: true,
    },
    CredentialsRejected: {
      metric: getOutcomeCount(handler, 'CredentialsRejected').with(perFiveMinutes),
      advice: "Kaleyra rejects a tenant's SID, key or IP address. Find the tenant in the log and check it.",
    },
    CredentialsMisconfigured: {
      metric: credentials.misconfigured.with(perFiveMinutes),
      advice: "A tenant's secret is wrong or cannot be read. Find the tenant in the log and check it.",
    },
    ReleaseCredentials: {
      metric: compareCredentialsFailures(alias, credentials, sources.tenantRequestsPerMinute),
      threshold: 50,
      advice: "A release breaks tenants' credentials (percentage of requests). Roll it back.",
      rollsBack: true,
    },
    KaleyraUnavailable: defineRate('KaleyraUnavailable', 'Kaleyra cannot be reached. Check its status.'),
    KaleyraFailed: defineRate('KaleyraFailed', 'Kaleyra fails. Check its status; ask its support.'),
    OutcomeUnknown: defineRate('OutcomeUnknown', 'Kaleyra is slow. See `kaleyra_ms`; ask Kaleyra.'),
    FailureRate: {
      metric: toRate(sumServerFailures(handler), requests),
      threshold: 5,
      periods: twoOfThree,
      advice: 'This percentage of requests fails with a 5xx. See the code on the dashboard.',
      rollsBack: true,
    },
    Api5xx: {
      metric: toRate(
        subtract(stage.metricServerError(perMinute), credentials.overHttp),
        stage.metricCount(perMinute),
      ),
      threshold: 5,
      periods: twoOfThree,
      advice: 'This percentage of HTTP requests gets a 5xx. See `integration_error` in the access log.',
      rollsBack: true,
    },
    ApiThrottled: {
      metric: sources.throttled.with(perMinute),
      periods: twoOfThree,
      advice: 'API Gateway throttles requests. See in the access log who calls, or raise throttleRate.',
    },
    AccessDenied: {
      metric: sources.accessDenied.with(perFiveMinutes),
      threshold: 50,
      advice:
        'Many requests get 401 or 403. See in the access log who calls: a lost permission, or an attack.',
    },
    FunctionCrashes: {
      // Lambda also counts the failures that the direct entry point throws as errors.
      metric: subtract(handler.metricErrors(perMinute), getCount(handler, metricNames.thrownFailures)),
      periods: twoOfThree,
      advice: 'Invocations end without a response. Search the log for `platform.report` with an error.',
      rollsBack: true,
    },
    Latency: {
      metric: getLatency(handler),
      threshold: kaleyraTimeout.toMilliseconds() / 2,
      periods: threeOfFive,
      advice:
        'The p99 is half of kaleyraTimeoutMs. Compare `kaleyra_ms` and `secrets_manager_ms` in the log.',
      rollsBack: true,
    },
    Throttles: {
      metric: handler.metricThrottles(perMinute),
      periods: twoOfThree,
      advice: 'Lambda throttles requests. Raise reservedConcurrency or the quota, or lower throttleRate.',
    },
    UncountedAttempts: {
      isWanted: attemptsOnFailure !== undefined,
      metric: getCount(handler, metricNames.uncountedAttempts),
      periods: threeOfFive,
      advice: 'DynamoDB fails: attempts are not counted. See `attempts_error` in the log.',
    },
    AttemptsUnavailable: {
      ...defineRate('AttemptsUnavailable', 'DynamoDB fails, requests are refused. See `attempts_error`.'),
      isWanted: attemptsOnFailure === 'refuse',
      rollsBack: false,
    },
    NoTraffic: {
      isWanted: expectTrafficEvery !== undefined,
      metric: requests.with({ period: silence }),
      advice: `No request came for ${silence.toMinutes()} minutes. Check the callers, their DNS and permissions.`,
      onSilence: true,
    },
  };
};
