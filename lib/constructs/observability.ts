import { type Alarm, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { dimensions, metricsNamespace } from '../../functions/verify-number/telemetry/metric-names.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { createAlarmTopic } from './alarm-topic.ts';
import { type AlarmSources, defineAlarms } from './alarms.ts';
import { createAlarms } from './create-alarms.ts';
import { createDashboard } from './dashboard.ts';
import { SavedQueries } from './saved-queries.ts';

interface ObservabilityProps extends Omit<AlarmSources, 'misconfigured'> {
  /** The function's log. */
  readonly logGroup: ILogGroup;
  /**
   * The topic that alarms are sent to.
   * @default the topic that the options name, or none
   */
  readonly topic?: ITopic | undefined;
}

/** A log field in a filter pattern. The compiler checks its name. */
const selectField = (name: keyof RequestEvent): string => `$.${name}`;

/** The alarms, their topic, the dashboard and the saved queries. */
export class Observability extends Construct {
  /** The alarms that roll back a release. */
  readonly rollbackAlarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const topic = props.topic ?? createAlarmTopic(this, props.options);
    const misconfigured = this.countMisconfigured(props.handler.functionName, props.logGroup);
    const definitions = defineAlarms({ ...props, misconfigured });
    const alarms = createAlarms(this, definitions, topic);
    this.rollbackAlarms = alarms.filter((_alarm, index) => definitions[index]?.rollsBack);
    createDashboard(this, props, alarms);
    new SavedQueries(this, 'Queries', props.logGroup);
  }

  /** Counts from the log, because the metric by outcome includes the release check, which must fail this way. */
  private countMisconfigured(functionName: string, logGroup: ILogGroup): Metric {
    const code = 'CredentialsMisconfigured' satisfies FailureCode;
    return new MetricFilter(this, 'Misconfigured', {
      logGroup,
      filterPattern: FilterPattern.literal(
        `{ ${selectField('outcome')} = "${code}" && ${selectField('tenant_id')} != "${releaseCheckTenantId}" }`,
      ),
      metricNamespace: metricsNamespace,
      metricName: 'TenantsMisconfigured',
      metricValue: '1',
      dimensions: { [dimensions.function]: `$.${dimensions.function}` },
    }).metric({ dimensionsMap: { [dimensions.function]: functionName }, statistic: Stats.SUM });
  }
}
