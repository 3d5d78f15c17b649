import { Annotations, Stack } from 'aws-cdk-lib';
import { type Alarm, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { dimensions, metricsNamespace } from '../../functions/verify-number/telemetry/metric-names.ts';
import type { Options } from '../options/parse-options.ts';
import { type AlarmSources, defineAlarms } from './alarms.ts';
import { createAlarms } from './create-alarms.ts';
import { createDashboard } from './dashboard.ts';
import { SavedQueries } from './saved-queries.ts';

export interface ObservabilityProps extends Omit<AlarmSources, 'misconfigured'> {
  /** The function's log. */
  readonly logGroup: ILogGroup;
  /**
   * The topic that alarms are sent to.
   * @default the topic that the options name, or none
   */
  readonly topic?: ITopic | undefined;
}

/** The alarms, their topic, the dashboard and the saved queries. */
export class Observability extends Construct {
  /** The alarms that roll back a release. */
  readonly rollbackAlarms: readonly Alarm[];
  /** Where alarms are sent. */
  readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.topic = props.topic ?? this.createTopic(props.options);
    if (!this.topic) {
      Annotations.of(this).addWarningV2(
        'kaleyra-number-verification:alarmsWithoutAction',
        'The alarms notify no one. Set alarmTopicArn or alarmEmail.',
      );
    }
    const misconfigured = this.countMisconfigured(props.handler.functionName, props.logGroup);
    const definitions = defineAlarms({ ...props, misconfigured });
    const alarms = createAlarms(this, definitions, this.topic);
    this.rollbackAlarms = alarms.filter((_alarm, index) => definitions[index]?.rollsBack);
    createDashboard(this, props, alarms);
    new SavedQueries(this, 'Queries', props.logGroup);
  }

  private createTopic({ alarmTopicArn, alarmEmail }: Options): ITopic | undefined {
    if (alarmTopicArn) return Topic.fromTopicArn(this, 'Topic', alarmTopicArn);
    if (!alarmEmail) return undefined;
    const topic = new Topic(this, 'Topic', { displayName: 'Kaleyra number verification', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(alarmEmail));
    // This policy replaces the default one, which lets the account's own alarms publish.
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

  /** Counts from the log, because the metric by outcome includes the release check, which must fail this way. */
  private countMisconfigured(functionName: string, logGroup: ILogGroup): Metric {
    const code = 'CredentialsMisconfigured' satisfies FailureCode;
    return new MetricFilter(this, 'Misconfigured', {
      logGroup,
      filterPattern: FilterPattern.literal(
        `{ $.outcome = "${code}" && $.tenant_id != "${releaseCheckTenantId}" }`,
      ),
      metricNamespace: metricsNamespace,
      metricName: 'TenantsMisconfigured',
      metricValue: '1',
      dimensions: { [dimensions.function]: `$.${dimensions.function}` },
    }).metric({ dimensionsMap: { [dimensions.function]: functionName }, statistic: Stats.SUM });
  }
}
