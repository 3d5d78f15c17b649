import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import {
  Choice,
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  type IChainable,
  IntegrationPattern,
  JitterType,
  JsonPath,
  LogLevel,
  Pass,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import { VerifyNumberTask } from './verify-number-task.ts';

export interface PasswordWorkflowStackProps extends StackProps {
  /** The function, or better its alias. */
  readonly verifyNumber: IFunction;
  /**
   * How long the tenant's backend may take over one password, at least a minute.
   * @default 10 minutes
   */
  readonly passwordTimeout?: Duration;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
  /**
   * What becomes of the log group with the stack.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** How often a password is asked for: once, and up to three times again when it is rejected. */
const mostAsks = 4;

/**
 * A workflow that waits for the password, verifies with it, and asks again when it is rejected.
 *
 * Input: `{tenant_id, waba_id, id, phone_number}`. For each password a message with these, a `task_token` and the
 * `attempt` (1 to 4: past 1, the password before was rejected) goes to the queue. Whoever reads the queue answers with
 * `SendTaskSuccess` and the output `{"otp": "…"}`, or gives up with `SendTaskFailure` and an error name of its own,
 * which then ends the execution.
 *
 * Output: the `Verification`. Otherwise the execution fails: with a code of the catalogue, with that error name, with
 * `PasswordTimedOut`, or with `PasswordMissing` when an answer holds no `otp`.
 */
export class PasswordWorkflowStack extends Stack {
  /** Where passwords are asked for. Its messages hold no password, but the tokens to answer with. */
  readonly queue: Queue;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: PasswordWorkflowStackProps) {
    super(scope, id, props);
    const passwordTimeout = props.passwordTimeout ?? Duration.minutes(10);
    this.queue = new Queue(this, 'Passwords', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // No message outlives its token.
      retentionPeriod: passwordTimeout,
    });
    this.stateMachine = new StateMachine(this, 'Workflow', {
      definitionBody: DefinitionBody.fromChainable(this.definition(props.verifyNumber, passwordTimeout)),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
          removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
        }),
        level: LogLevel.ALL,
        // Inputs and outputs hold passwords.
        includeExecutionData: false,
      },
    });
    this.acknowledgeFindings();
    new CfnOutput(this, 'StateMachineArn', { value: this.stateMachine.stateMachineArn });
    new CfnOutput(this, 'PasswordQueueUrl', { value: this.queue.queueUrl });
  }

  /** Lets a backend read what is asked, and answer. It sees every tenant's messages, so it is the platform's own. */
  grantAnswer(backend: IGrantable): void {
    this.queue.grants.consumeMessages(backend);
    this.stateMachine.grantTaskResponse(backend);
  }

  private definition(verifyNumber: IFunction, passwordTimeout: Duration): IChainable {
    const request = (name: string) => JsonPath.stringAt(`$.request.${name}`);
    const fail = (error: string, cause: string) => new Fail(this, error, { error, cause });

    const begin = new Pass(this, 'Begin', {
      parameters: {
        request: {
          tenant_id: JsonPath.stringAt('$.tenant_id'),
          waba_id: JsonPath.stringAt('$.waba_id'),
          id: JsonPath.stringAt('$.id'),
          phone_number: JsonPath.stringAt('$.phone_number'),
        },
        attempt: 1,
      },
    });
    const ask = new SqsSendMessage(this, 'Ask for the password', {
      queue: this.queue,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      messageBody: TaskInput.fromObject({
        task_token: JsonPath.taskToken,
        tenant_id: request('tenant_id'),
        waba_id: request('waba_id'),
        id: request('id'),
        phone_number: request('phone_number'),
        attempt: JsonPath.numberAt('$.attempt'),
      }),
      resultPath: '$.answer',
      taskTimeout: Timeout.duration(passwordTimeout),
    });
    const isGiven = new Choice(this, 'Look for the password');
    const verify = new VerifyNumberTask(this, 'Verify the number', {
      verifyNumber,
      paths: {
        tenant_id: '$.request.tenant_id',
        waba_id: '$.request.waba_id',
        id: '$.request.id',
        phone_number: '$.request.phone_number',
        otp: '$.answer.otp',
      },
    });
    const isLast = new Choice(this, 'Decide whether to ask again');
    // Made anew, so that the rejected password goes no further.
    const count = new Pass(this, 'Count', {
      parameters: {
        request: JsonPath.objectAt('$.request'),
        attempt: JsonPath.mathAdd(JsonPath.numberAt('$.attempt'), 1),
      },
    });

    begin.next(ask);
    ask.addRetry({
      errors: ['SQS.SdkClientException', 'SQS.AmazonSQSException'],
      interval: Duration.seconds(2),
      maxAttempts: 3,
      jitterStrategy: JitterType.FULL,
    });
    ask.addCatch(fail('PasswordTimedOut', 'Nobody answered with a password in time.'), {
      errors: [Errors.TIMEOUT],
    });
    ask.next(isGiven);
    isGiven
      .when(Condition.isPresent('$.answer.otp'), verify)
      .otherwise(fail('PasswordMissing', 'The answer to the task token holds no otp.'));
    verify.addCatch(isLast, { errors: [otpRejected], resultPath: JsonPath.DISCARD });
    isLast
      .when(Condition.numberLessThan('$.attempt', mostAsks), count)
      .otherwise(fail(otpRejected, `Each of ${mostAsks} passwords was rejected.`));
    count.next(ask);
    return begin;
  }

  private acknowledgeFindings(): void {
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'A message that nobody handles in time is worth nothing: its execution fails as PasswordTimedOut.',
    });
    Validations.of(this.stateMachine.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Log delivery and X-Ray have actions that take no resource; nothing else is granted on *.',
    });
  }
}

const otpRejected = 'OtpRejected' satisfies FailureCode;
