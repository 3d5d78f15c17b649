import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import {
  Choice,
  Condition,
  CustomerManagedEncryptionConfiguration,
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
import { Construct } from 'constructs';
import type { FailureCode } from '../../functions/verify-number/core/failures.ts';
import type { FieldName } from '../../functions/verify-number/core/parse-command.ts';
import { acceptFindings } from '../constructs/accepted-findings.ts';
import { allowLogEncryption } from '../constructs/log-settings.ts';
import { getVendedLogGroupName } from '../constructs/vended-logs.ts';
import { VerifyNumberTask } from './verify-number-task.ts';

export interface PasswordWorkflowProps {
  /** The function, or preferably its alias. */
  readonly verifyNumber: IFunction;
  /**
   * How long the workflow waits for each password, from 1 minute to 14 days.
   * @default Duration.minutes(10)
   */
  readonly passwordTimeout?: Duration;
  /**
   * A symmetric KMS key for the queue's messages and the executions' data, and by default for the logs. The services
   * are allowed to use it if the app defines it; an imported key must allow that already.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   * @default encryption that each service manages
   */
  readonly encryptionKey?: IKey;
  /**
   * The KMS key that encrypts the logs. CloudWatch Logs is allowed to use it if the app defines it; an imported key must
   * allow that already.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   * @default `encryptionKey`
   */
  readonly logEncryptionKey?: IKey | undefined;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays | undefined;
  /**
   * What happens to the log group when it is removed from the stack.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy | undefined;
}

/** The fields of an execution's input. */
const requestFields: readonly FieldName[] = ['tenant_id', 'waba_id', 'id', 'phone_number'];

/** How many passwords one execution asks for: the first, and three more if it is rejected. */
const maxPasswords = 4;

/**
 * A workflow that waits for the password, verifies the number with it, and asks again if it is rejected.
 *
 * Input: `{tenant_id, waba_id, id, phone_number}`. For each password, the workflow sends a message with these fields, a
 * `task_token` and the `attempt` (from 1 to 4) to the queue. The backend that reads the queue answers with
 * `SendTaskSuccess` and the output `{"otp": "…"}`, or gives up with `SendTaskFailure` and an error name of its own.
 *
 * Output: the `Verification`. Otherwise the execution fails with a code of the catalogue, with the backend's error name,
 * with `PasswordTimedOut`, or with `PasswordMissing` if an answer has no `otp`.
 */
export class PasswordWorkflow extends Construct {
  /** The queue that asks for passwords. Its messages contain no password, but the tokens to answer with. */
  readonly queue: Queue;
  readonly stateMachine: StateMachine;
  /** How long the workflow waits for each password. */
  readonly passwordTimeout: Duration;

  constructor(scope: Construct, id: string, props: PasswordWorkflowProps) {
    super(scope, id);
    const { verifyNumber, passwordTimeout = Duration.minutes(10), encryptionKey } = props;
    this.passwordTimeout = passwordTimeout;
    const logEncryptionKey = props.logEncryptionKey ?? encryptionKey;
    this.queue = new Queue(this, 'Passwords', {
      ...(encryptionKey
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      // A message is useless when its token has expired.
      retentionPeriod: passwordTimeout,
    });
    this.stateMachine = new StateMachine(this, 'Workflow', {
      definitionBody: DefinitionBody.fromChainable(this.define(verifyNumber, passwordTimeout)),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          logGroupName: getVendedLogGroupName(this, 'states'),
          retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
          removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
          ...(logEncryptionKey && { encryptionKey: logEncryptionKey }),
        }),
        level: LogLevel.ALL,
        // Inputs and outputs contain passwords.
        includeExecutionData: false,
      },
      ...(encryptionKey && {
        encryptionConfiguration: new CustomerManagedEncryptionConfiguration(encryptionKey),
      }),
    });
    if (logEncryptionKey) allowLogEncryption(this, logEncryptionKey);
    acceptFindings(this.queue, {
      'AwsSolutions-SQS3': 'A message is useless when its token has expired, so none has to be kept.',
    });
    acceptFindings(this.stateMachine, {
      'AwsSolutions-IAM5[Resource::*]':
        'The actions for X-Ray traces and log delivery do not support resources.',
    });
  }

  /** Lets a backend read the queue and answer. The backend sees the messages of all tenants. */
  grantAnswer(backend: IGrantable): Grant {
    return this.queue.grantConsumeMessages(backend).combine(this.stateMachine.grantTaskResponse(backend));
  }

  private define(verifyNumber: IFunction, passwordTimeout: Duration): IChainable {
    const mapFields = (toValue: (name: string) => string) =>
      Object.fromEntries(requestFields.map((name) => [name, toValue(name)]));
    const selectRequest = (path: string) => mapFields((name) => JsonPath.stringAt(`${path}.${name}`));
    const fail = (error: string, cause: string) => new Fail(this, error, { error, cause });

    const begin = new Pass(this, 'Begin', {
      parameters: {
        request: selectRequest('$'),
        attempt: 1,
      },
    });
    const ask = new SqsSendMessage(this, 'Ask for the password', {
      queue: this.queue,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      messageBody: TaskInput.fromObject({
        task_token: JsonPath.taskToken,
        ...selectRequest('$.request'),
        attempt: JsonPath.numberAt('$.attempt'),
      }),
      resultPath: '$.answer',
      taskTimeout: Timeout.duration(passwordTimeout),
    });
    const checkAnswer = new Choice(this, 'Check the answer');
    const verify = new VerifyNumberTask(this, 'Verify the number', {
      verifyNumber,
      paths: { ...mapFields((name) => `$.request.${name}`), otp: '$.answer.otp' },
    });
    const checkAttempt = new Choice(this, 'Decide whether to ask again');
    // Created from selected fields, so that the rejected password is not passed on.
    const count = new Pass(this, 'Count the attempt', {
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
    ask.addCatch(fail('PasswordTimedOut', 'No password arrived in time.'), { errors: [Errors.TIMEOUT] });
    ask.next(checkAnswer);
    checkAnswer
      .when(Condition.isPresent('$.answer.otp'), verify)
      .otherwise(fail('PasswordMissing', 'The answer to the task token has no otp.'));
    verify.addCatch(checkAttempt, { errors: [otpRejected], resultPath: JsonPath.DISCARD });
    checkAttempt
      .when(Condition.numberLessThan('$.attempt', maxPasswords), count)
      .otherwise(fail(otpRejected, `Each of ${maxPasswords} passwords was rejected.`));
    count.next(ask);
    return begin;
  }
}

const otpRejected = 'OtpRejected' satisfies FailureCode;
