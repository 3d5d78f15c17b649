import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
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
  const search = (schema: readonly string[], name: string, metricName: string, statistic: string) => {
    const filter = `MetricName="${metricName}" ${name}="${handler.functionName}"`;
    const expression = `SEARCH('{${schema.join(',')}} ${filter}', '${statistic}')`;
    return new MathExpression({ expression, label: '' });
  };
  const searchByOutcome = (metricName: string, statistic: string) =>
    search(outcomeSchema, dimensions.function, metricName, statistic);
  const searchByVersion = (metricName: string, statistic: string) =>
    search(versionSchema, 'FunctionName', metricName, statistic);
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
      [
        createGraph('Requests by outcome', searchByOutcome(metricNames.requests, Stats.SUM)),
        createGraph('Time in Kaleyra by outcome, p99 (ms)', searchByOutcome(metricNames.kaleyraTime, p99)),
      ],
      [
        createGraph('HTTP API', stage.metricCount(), stage.metricClientError(), stage.metricServerError()),
        createGraph(
          'HTTP latency (ms)',
          ...percentiles.map((statistic) => stage.metricLatency({ statistic })),
        ),
      ],
      [
        createGraph(
          'Function',
          handler.metricInvocations(),
          handler.metricErrors(),
          handler.metricThrottles(),
        ),
        createGraph(
          'Function duration (ms)',
          ...percentiles.map((statistic) => handler.metricDuration({ statistic })),
        ),
      ],
      [
        createGraph('Invocations by version', searchByVersion('Invocations', Stats.SUM)),
        createGraph('Duration by version, p99 (ms)', searchByVersion('Duration', p99)),
      ],
    ],
  });
};

const p99 = Stats.p(99);
const percentiles = [Stats.p(50), p99];

const createGraph = (title: string, ...left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: 12 });

const outcomeSchema = [metricsNamespace, dimensions.function, dimensions.outcome];
/**
 * Lambda publishes these for each version that an alias invokes.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 */
const versionSchema = ['AWS/Lambda', 'ExecutedVersion', 'FunctionName', 'Resource'];
