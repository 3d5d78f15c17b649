/** The metrics that alarms calculate from what the function, Lambda and API Gateway count. */
import { Duration, Tokenization } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import { catalogue, type FailureCode, failureCodes } from '../../functions/verify-number/core/failures.ts';
import {
  dimensions,
  metricNames,
  metricsNamespace,
} from '../../functions/verify-number/telemetry/metric-names.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';

/** Below this number of failures in a minute, a rate is 0: one failure in two requests at night raises no alarm. */
export const minFailures = 3;

/** Below this number of requests in a minute, the latency is 0. */
const minRequestsForLatency = 20;

/** Below this number of failures in five minutes, versions are not compared: chance would decide. */
const minFailuresToCompare = 5;

export const perMinute = { period: Duration.minutes(1), statistic: Stats.SUM };
export const perFiveMinutes = { period: Duration.minutes(5), statistic: Stats.SUM };

/** A metric that the function writes, by outcome or in total. */
export const getCount = (handler: IFunction, metricName: string, code?: FailureCode): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: {
      [dimensions.function]: handler.functionName,
      ...(code && { [dimensions.outcome]: code }),
    },
    ...perMinute,
  });

export const getOutcomeCount = (handler: IFunction, code: FailureCode): Metric =>
  getCount(handler, metricNames.requests, code);

const calculate = (expression: string, usingMetrics: Record<string, IMetric>, { period } = perMinute) =>
  new MathExpression({ expression, usingMetrics, period });

/** A percentage. */
export const toRate = (failed: IMetric, all: IMetric): MathExpression =>
  calculate(`IF(failed >= ${minFailures}, 100 * failed / all, 0)`, { failed, all });

/** The whole without a part of it. SUM skips a metric without a value; a minus sign would drop the minute. */
export const subtract = (whole: IMetric, part: IMetric): MathExpression =>
  calculate('2 * whole - SUM([whole, part])', { whole, part });

/** Codes that a tenant can cause by revoking its key, and a version by a defect. */
export const credentialsCodes = [
  'CredentialsRejected',
  'CredentialsMisconfigured',
] as const satisfies readonly FailureCode[];

/**
 * Failures whose status is 5xx, except those of credentials, which one tenant can cause. An alarm takes at most ten
 * metrics.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
export const sumServerFailures = (handler: IFunction): MathExpression => {
  const codes = failureCodes.filter(
    (code) => catalogue[code].status >= 500 && !credentialsCodes.some((other) => other === code),
  );
  const counts = codes.map((code, index) => [`f${index}`, getOutcomeCount(handler, code)] as const);
  return calculate(`SUM([${counts.map(([id]) => id).join(', ')}])`, Object.fromEntries(counts));
};

export const getLatency = (handler: IFunction): MathExpression =>
  calculate(`IF(requests >= ${minRequestsForLatency}, p99, 0)`, {
    requests: handler.metricInvocations(perMinute),
    p99: handler.metricDuration({ ...perMinute, statistic: Stats.p(99) }),
  });

export interface CredentialsFailures {
  readonly misconfigured: Metric;
  readonly ofNewVersion: Metric;
  readonly overHttp: Metric;
}

/** A log field in a filter pattern. The compiler checks its name. */
const select = (name: keyof RequestEvent): string => `$.${name}`;

const hasOutcome = (...codes: readonly FailureCode[]): string =>
  `(${codes.map((code) => `${select('outcome')} = "${code}"`).join(' || ')})`;

/** Counts from the log, because the metrics by outcome include the release check, which must fail this way. */
export const countCredentialsFailures = (
  scope: Construct,
  logGroup: ILogGroup,
  functionName: string,
  newVersion: string,
): CredentialsFailures => {
  const count = (id: string, metricName: string, pattern: string, version?: string): Metric =>
    new MetricFilter(scope, id, {
      logGroup,
      filterPattern: FilterPattern.literal(
        `{ ${pattern} && ${select('tenant_id')} != "${releaseCheckTenantId}" }`,
      ),
      metricNamespace: metricsNamespace,
      metricName,
      metricValue: '1',
      dimensions: {
        [dimensions.function]: `$.${dimensions.function}`,
        ...(version && { version: select('function_version') }),
      },
    }).metric({
      dimensionsMap: { [dimensions.function]: functionName, ...(version && { version }) },
      statistic: Stats.SUM,
    });
  const failed = hasOutcome(...credentialsCodes);
  return {
    misconfigured: count('Misconfigured', 'TenantsMisconfigured', hasOutcome('CredentialsMisconfigured')),
    ofNewVersion: count('ByVersion', 'CredentialsFailures', failed, newVersion),
    overHttp: count('OverHttp', 'HttpCredentialsFailures', `${failed} && ${select('channel')} = "http"`),
  };
};

/**
 * A percentage that shows whether a version breaks the tenants' credentials. It is the larger of
 * - the percentage of the new version's requests that fail because of credentials, minus that of the old version. A
 *   tenant whose key is revoked fails with both, however many requests it sends.
 * - the percentage of all requests that fail like this, if they are more than one tenant may send.
 *
 * Lambda publishes invocations by version while an alias has two.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 */
export const compareCredentialsFailures = (
  alias: Alias,
  { misconfigured, ofNewVersion }: CredentialsFailures,
  tenantRequestsPerMinute: number,
): MathExpression => {
  const { lambda: handler, aliasName, version } = alias;
  // Not `alias.metricInvocations()`: the alias depends on its deployment group, and that on the alarms.
  const byAlias = { FunctionName: handler.functionName, Resource: `${handler.functionName}:${aliasName}` };
  const countInvocations = (dimensionsMap: Record<string, string>) =>
    handler.metricInvocations({ ...perFiveMinutes, dimensionsMap });
  const rejected = getOutcomeCount(handler, 'CredentialsRejected').with(perFiveMinutes);
  const difference = '100 * failed / requests - 100 * (total - failed) / (all - requests)';
  // One minute more than the period, because the tenant's minutes need not be CloudWatch's.
  const minutes = perFiveMinutes.period.toMinutes() + 1;
  const maxOfOneTenant = `${minutes} * ${Tokenization.stringifyNumber(tenantRequestsPerMinute)}`;
  return calculate(
    `MAX([IF((failed >= ${minFailuresToCompare}) AND (all > requests), ${difference}, 0), ` +
      `IF(total > ${maxOfOneTenant}, 100 * total / all, 0)])`,
    {
      failed: ofNewVersion,
      requests: countInvocations({ ...byAlias, ExecutedVersion: version.version }),
      total: calculate('SUM([rejected, misconfigured])', { rejected, misconfigured }, perFiveMinutes),
      all: countInvocations(byAlias),
    },
    perFiveMinutes,
  );
};
