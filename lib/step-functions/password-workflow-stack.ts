import { CfnOutput, type Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { PasswordWorkflow, type PasswordWorkflowProps } from './password-workflow.ts';

export interface PasswordWorkflowStackProps extends StackProps, PasswordWorkflowProps {}

/** `PasswordWorkflow` as a stack of its own. */
export class PasswordWorkflowStack extends Stack {
  readonly queue: Queue;
  readonly stateMachine: StateMachine;
  /** How long the workflow waits for each password. */
  readonly passwordTimeout: Duration;
  private readonly workflow: PasswordWorkflow;

  constructor(scope: Construct, id: string, props: PasswordWorkflowStackProps) {
    super(scope, id, {
      description: "Asks for tenants' one-time passwords and verifies their numbers",
      ...props,
    });
    // The CDK leaves the id Default out of logical ids.
    this.workflow = new PasswordWorkflow(this, 'Default', props);
    const { queue, stateMachine, passwordTimeout } = this.workflow;
    this.queue = queue;
    this.stateMachine = stateMachine;
    this.passwordTimeout = passwordTimeout;
    new CfnOutput(this, 'StateMachineArn', {
      value: stateMachine.stateMachineArn,
      description: 'Start executions of this state machine',
    });
    new CfnOutput(this, 'PasswordQueueUrl', {
      value: queue.queueUrl,
      description: 'The backend reads messages that ask for passwords here',
    });
  }

  /** @see PasswordWorkflow.grantAnswer */
  grantAnswer(backend: IGrantable): Grant {
    return this.workflow.grantAnswer(backend);
  }
}
