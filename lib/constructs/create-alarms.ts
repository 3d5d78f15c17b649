import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { getNamePrefix } from './name-prefix.ts';

export interface AlarmDefinition {
  /** Name of the alarm and of its section in docs/runbook.md. */
  readonly name: string;
  readonly metric: IMetric;
  /** The alarm fires at this value and above; with `onSilence`, below it. */
  readonly threshold: number;
  /** How many periods must reach the threshold, out of how many. */
  readonly periods: readonly [breaching: number, of: number];
  /** What is wrong, then what to do first. */
  readonly advice: string;
  /** Whether the alarm rolls back a release. */
  readonly rollsBack: boolean;
  /** The alarm fires below the threshold and without any data. */
  readonly onSilence?: boolean;
}

/** Creates the alarms, which notify the topic when they fire and when they end. */
export const createAlarms = (
  scope: Construct,
  definitions: readonly AlarmDefinition[],
  topic: ITopic | undefined,
): readonly Alarm[] =>
  definitions.map(({ name, metric, threshold, periods, advice, onSilence = false }) => {
    const [datapointsToAlarm, evaluationPeriods] = periods;
    const alarm = new Alarm(scope, name, {
      alarmName: `${getNamePrefix(scope)}-${name}`,
      alarmDescription: `${advice} Runbook: docs/runbook.md, section ${name}.`,
      metric,
      threshold,
      comparisonOperator: onSilence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: onSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (topic) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
    return alarm;
  });
