import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { createAlarms } from '../constructs/create-alarms.ts';
import type { PasswordWorkflow } from './password-workflow.ts';
import type { PasswordWorkflowStack } from './password-workflow-stack.ts';

const sum = { period: Duration.minutes(5), statistic: Stats.SUM };

/** Creates the alarms of the password workflow, and returns them by name. Without a topic they notify no one. */
export const createWorkflowAlarms = (
  workflow: PasswordWorkflow | PasswordWorkflowStack,
  topic?: ITopic,
): Readonly<Record<string, Alarm>> => {
  const { stateMachine, queue, passwordTimeout } = workflow;
  return createAlarms(
    new Construct(workflow, 'Alarms'),
    {
      WorkflowFailures: {
        // Executions that fail because of a wrong or missing password are normal, so a share of them is not a fault.
        metric: new MathExpression({
          expression: 'IF(failed >= 5, 100 * failed / SUM([failed, succeeded]), 0)',
          usingMetrics: {
            failed: stateMachine.metricFailed(sum),
            succeeded: stateMachine.metricSucceeded(sum),
          },
          period: sum.period,
        }),
        threshold: 50,
        periods: [2, 3],
        advice:
          'At least half of the password workflows fail (percentage). See the errors of the executions.',
      },
      WorkflowTimeouts: {
        metric: stateMachine.metricTimedOut(sum),
        advice: 'Password workflows exceed their time limit. See which state they wait in.',
      },
      PasswordQueueAge: {
        metric: queue.metricApproximateAgeOfOldestMessage({
          period: Duration.minutes(1),
          statistic: Stats.MAXIMUM,
        }),
        threshold: passwordTimeout.toSeconds() / 2,
        periods: [3, 3],
        advice:
          'The oldest password request has used half of its time. Check the backend that reads the queue.',
      },
    },
    topic,
  );
};
