import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  type Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  dimensions,
  metricNames,
  metricsNamespace,
} from '../../functions/verify-number/telemetry/metric-names.ts';

export interface DashboardSources {
  readonly handler: IFunction;
  readonly stage: HttpStage;
}

/** Creates the dashboard: alarms, outcomes, the HTTP API, the function, and its versions. */
export const createDashboard = (
  scope: Construct,
  { handler, stage }: DashboardSources,
  alarms: readonly Alarm[],
): Dashboard => {
  const { functionName } = handler;
  const byOutcome = (metricName: string, statistic: string) =>
    search(
      [metricsNamespace, dimensions.function, dimensions.outcome],
      `MetricName="${metricName}" ${dimensions.function}="${functionName}"`,
      statistic,
    );
  // Lambda publishes these for each version that an alias invokes.
  // Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
  const byVersion = (metricName: string, statistic: string) =>
    search(
      ['AWS/Lambda', 'ExecutedVersion', 'FunctionName', 'Resource'],
      `MetricName="${metricName}" FunctionName="${functionName}"`,
      statistic,
    );
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
      [
        graph('Requests by outcome', [byOutcome(metricNames.requests, Stats.SUM)]),
        graph('Time in Kaleyra by outcome, p99 (ms)', [byOutcome(metricNames.kaleyraTime, Stats.p(99))]),
      ],
      [
        graph('HTTP API', [stage.metricCount(), stage.metricClientError(), stage.metricServerError()]),
        graph(
          'HTTP latency (ms)',
          percentiles((statistic) => stage.metricLatency({ statistic })),
        ),
      ],
      [
        graph('Function', [handler.metricInvocations(), handler.metricErrors(), handler.metricThrottles()]),
        graph(
          'Function duration (ms)',
          percentiles((statistic) => handler.metricDuration({ statistic })),
        ),
      ],
      [
        graph('Invocations by version', [byVersion('Invocations', Stats.SUM)]),
        graph('Duration by version, p99 (ms)', [byVersion('Duration', Stats.p(99))]),
      ],
    ],
  });
};

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 12 });

const percentiles = (metric: (statistic: string) => Metric): Metric[] => [
  metric(Stats.p(50)),
  metric(Stats.p(99)),
];

/** All metrics with these dimensions that match the filter. */
const search = (schema: readonly string[], filter: string, statistic: string): MathExpression =>
  new MathExpression({ expression: `SEARCH('{${schema.join(',')}} ${filter}', '${statistic}')`, label: '' });
