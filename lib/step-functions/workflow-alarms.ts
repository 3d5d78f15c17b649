import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type AlarmDefinition, createAlarms } from '../constructs/create-alarms.ts';

export interface WorkflowAlarmsProps {
  readonly stateMachine: IStateMachine;
  /** The queue of password requests. */
  readonly queue: IQueue;
  /** How long a password request is valid. */
  readonly passwordTimeout: Duration;
  /** @default the alarms notify no one */
  readonly topic?: ITopic | undefined;
}

const fiveMinutes = Duration.minutes(5);
const sum = { period: fiveMinutes, statistic: Stats.SUM };

/** Alarms of the password workflow. */
export class WorkflowAlarms extends Construct {
  constructor(scope: Construct, id: string, props: WorkflowAlarmsProps) {
    super(scope, id);
    createAlarms(this, defineWorkflowAlarms(props), props.topic);
  }
}

const defineWorkflowAlarms = (props: WorkflowAlarmsProps): readonly AlarmDefinition[] => {
  const { stateMachine, queue, passwordTimeout } = props;
  return [
    {
      name: 'WorkflowFailures',
      // Executions that fail because of a wrong or missing password are normal, so a share of them is not a fault.
      metric: new MathExpression({
        expression: 'IF(failed >= 5, 100 * failed / SUM([failed, succeeded]), 0)',
        usingMetrics: {
          failed: stateMachine.metricFailed(sum),
          succeeded: stateMachine.metricSucceeded(sum),
        },
        period: fiveMinutes,
      }),
      threshold: 50,
      periods: [2, 3],
      advice:
        'At least half of the password workflows fail (percentage). See the error of failed executions in the Step Functions console.',
      rollsBack: false,
    },
    {
      name: 'WorkflowTimeouts',
      metric: stateMachine.metricTimedOut(sum),
      threshold: 1,
      periods: [1, 1],
      advice:
        'Password workflows exceed their time limit. See which state they wait in, in the Step Functions console.',
      rollsBack: false,
    },
    {
      name: 'PasswordQueueAge',
      metric: queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: passwordTimeout.toSeconds() / 2,
      periods: [3, 3],
      advice:
        'The oldest password request (age in seconds) has used half of its time. Check the backend that reads the queue.',
      rollsBack: false,
    },
  ];
};
