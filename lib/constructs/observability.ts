import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  type Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import {
  dimensions,
  metricNames,
  metricsNamespace,
} from '../../functions/verify-number/telemetry/metric-names.ts';
import type { Options } from '../options/parse-options.ts';
import { alarmTable, type Watched } from './alarms.ts';

/** The alarms, whoever they are sent to, and the dashboard. */
export class Observability extends Construct {
  /** The alarms that stop a release. */
  readonly rollbackAlarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: Watched) {
    super(scope, id);
    const topic = props.topic ?? this.topicOf(props.options);
    const alarms = alarmTable(props).map((row) => {
      const [datapointsToAlarm, evaluationPeriods] = row.periods;
      const alarm = new Alarm(this, row.name, {
        alarmName: `${Stack.of(this).stackName}-${row.name}`,
        alarmDescription: `${row.advice} Runbook: docs/runbook.md, section ${row.name}.`,
        metric: row.metric,
        threshold: row.threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        datapointsToAlarm,
        evaluationPeriods,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      if (topic) {
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
      }
      return { alarm, rollsBack: row.rollsBack };
    });
    this.rollbackAlarms = alarms.filter(({ rollsBack }) => rollsBack).map(({ alarm }) => alarm);
    this.addDashboard(
      props,
      alarms.map(({ alarm }) => alarm),
    );
  }

  private topicOf({ alarmTopicArn, alarmEmail }: Options): ITopic | undefined {
    if (alarmTopicArn) return Topic.fromTopicArn(this, 'Topic', alarmTopicArn);
    if (!alarmEmail) return undefined;
    const topic = new Topic(this, 'Topic', { displayName: 'Kaleyra number verification', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(alarmEmail));
    // A policy takes the place of the one that lets the account's own alarms publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic;
  }

  private addDashboard({ handler, stage }: Watched, alarms: readonly Alarm[]): void {
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
    const percentiles = (of: (statistic: string) => Metric) => [Stats.p(50), Stats.p(99)].map((p) => of(p));
    const own = [metricsNamespace, dimensions.function, dimensions.outcome].join(',');
    const byOutcome = (metricName: string, statistic: string) =>
      new MathExpression({
        expression: `SEARCH('{${own}} MetricName="${metricName}" ${dimensions.function}="${handler.functionName}"', '${statistic}')`,
        label: '',
      });
    new Dashboard(this, 'Dashboard', {
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
      ],
    });
  }
}
