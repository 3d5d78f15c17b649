import { describe, expect, it } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { WorkflowAlarms, type WorkflowAlarmsProps } from '../../../../lib/step-functions/workflow-alarms.ts';
import { getProperties, type Properties } from '../../../support/templates.ts';

const alarmsWith = (props: Partial<WorkflowAlarmsProps> = {}): readonly Properties[] => {
  const stack = new Stack(undefined, 'Workflow');
  new WorkflowAlarms(stack, 'Alarms', {
    stateMachine: new StateMachine(stack, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Pass')),
    }),
    queue: new Queue(stack, 'Queue'),
    passwordTimeout: Duration.minutes(10),
    topic: new Topic(stack, 'Topic'),
    ...props,
  });
  return getProperties(Template.fromStack(stack), 'AWS::CloudWatch::Alarm');
};

describe('WorkflowAlarms', () => {
  const alarms = alarmsWith();

  it('fire for a share of failed executions, for timeouts, and for old messages', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      'Workflow-WorkflowFailures',
      'Workflow-WorkflowTimeouts',
      'Workflow-PasswordQueueAge',
    ]);
    const [failures, timeouts, age] = alarms;
    expect(failures?.Metrics[0].Expression).toBe(
      'IF(failed >= 5, 100 * failed / SUM([failed, succeeded]), 0)',
    );
    expect(timeouts).toMatchObject({ MetricName: 'ExecutionsTimedOut', Threshold: 1 });
    expect(age).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 300 });
  });

  it('give a password request half of its time', () => {
    const [, , age] = alarmsWith({ passwordTimeout: Duration.minutes(4) });
    expect(age?.Threshold).toBe(120);
  });

  it('notify the topic', () => {
    for (const { AlarmActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Topic/) }]);
    }
  });
});
