import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { getNamePrefix } from './name-prefix.ts';

export interface AlarmDefinition {
  readonly metric: IMetric;
  /**
   * The alarm fires at this value and above; with `onSilence`, below it.
   * @default 1
   */
  readonly threshold?: number;
  /**
   * How many periods must reach the threshold, out of how many.
   * @default [1, 1]
   */
  readonly periods?: readonly [breaching: number, of: number];
  /** What is wrong, then what to do first. */
  readonly advice: string;
  /** The alarm rolls back a release. */
  readonly rollsBack?: boolean;
  /** The alarm fires below the threshold and without any data. */
  readonly onSilence?: boolean;
  /** @default true */
  readonly isWanted?: boolean;
}

/**
 * Creates the alarms that are wanted, which notify the topic when they fire and when they end.
 * @param definitions by the name of the alarm, which is also the name of its section in docs/runbook.md
 */
export const createAlarms = (
  scope: Construct,
  definitions: Readonly<Record<string, AlarmDefinition>>,
  topic: ITopic | undefined,
): Readonly<Record<string, Alarm>> =>
  Object.fromEntries(
    Object.entries(definitions).flatMap(([name, definition]) => {
      const { metric, threshold = 1, periods = [1, 1], advice, onSilence, isWanted = true } = definition;
      if (!isWanted) return [];
      const alarm = new Alarm(scope, name, {
        alarmName: `${getNamePrefix(scope)}-${name}`,
        alarmDescription: `${advice} Runbook: docs/runbook.md, section ${name}.`,
        metric,
        threshold,
        comparisonOperator: onSilence
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        datapointsToAlarm: periods[0],
        evaluationPeriods: periods[1],
        treatMissingData: onSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      if (topic) {
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
      }
      return [[name, alarm]];
    }),
  );
