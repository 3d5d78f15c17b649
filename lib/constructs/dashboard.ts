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

interface DashboardSources {
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
  const searchByOutcome = (metricName: string, statistic: string) =>
    searchMetrics(
      [metricsNamespace, dimensions.function, dimensions.outcome],
      `MetricName="${metricName}" ${dimensions.function}="${functionName}"`,
      statistic,
    );
  // Lambda publishes these for each version that an alias invokes.
  // Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
  const searchByVersion = (metricName: string, statistic: string) =>
    searchMetrics(
      ['AWS/Lambda', 'ExecutedVersion', 'FunctionName', 'Resource'],
      `MetricName="${metricName}" FunctionName="${functionName}"`,
      statistic,
    );
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
      [
        createGraph('Requests by outcome', [searchByOutcome(metricNames.requests, Stats.SUM)]),
        createGraph('Time in Kaleyra by outcome, p99 (ms)', [
          searchByOutcome(metricNames.kaleyraTime, Stats.p(99)),
        ]),
      ],
      [
        createGraph('HTTP API', [stage.metricCount(), stage.metricClientError(), stage.metricServerError()]),
        createGraph(
          'HTTP latency (ms)',
          getPercentiles((statistic) => stage.metricLatency({ statistic })),
        ),
      ],
      [
        createGraph('Function', [
          handler.metricInvocations(),
          handler.metricErrors(),
          handler.metricThrottles(),
        ]),
        createGraph(
          'Function duration (ms)',
          getPercentiles((statistic) => handler.metricDuration({ statistic })),
        ),
      ],
      [
        createGraph('Invocations by version', [searchByVersion('Invocations', Stats.SUM)]),
        createGraph('Duration by version, p99 (ms)', [searchByVersion('Duration', Stats.p(99))]),
      ],
    ],
  });
};

const createGraph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: 12 });

const getPercentiles = (metric: (statistic: string) => Metric): Metric[] => [
  metric(Stats.p(50)),
  metric(Stats.p(99)),
];

/** All metrics with these dimensions that match the filter. */
const searchMetrics = (schema: readonly string[], filter: string, statistic: string): MathExpression =>
  new MathExpression({ expression: `SEARCH('{${schema.join(',')}} ${filter}', '${statistic}')`, label: '' });
