import { Duration, Stack } from 'aws-cdk-lib';
import { type Alarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Architecture, Function as LambdaFunction, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { FilterPattern, type ILogGroup, LogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { variables } from '../../functions/outcome-events/variables.ts';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { acceptFindings } from './accepted-findings.ts';
import { createAlarms } from './create-alarms.ts';
import { functionRuntime, getFunctionCode } from './function-code.ts';
import type { LogSettings } from './log-settings.ts';

export interface OutcomeEventsProps {
  /** The log group of the verify function. It can have one more subscription filter. */
  readonly logGroup: ILogGroup;
  readonly architecture: Architecture;
  readonly logs: LogSettings;
  /** @default the default bus of the stack's account and Region */
  readonly eventBus?: IEventBus | undefined;
  /** Whether an alarm watches the dead-letter queue. */
  readonly hasAlarm: boolean;
  /** @default the alarm notifies no one */
  readonly topic?: ITopic | undefined;
}

/** Sends an event about each outcome to an EventBridge bus, from the function's log: a request never waits for it. */
export class OutcomeEvents extends Construct {
  readonly eventBus: IEventBus;
  readonly handler: LambdaFunction;
  /** Events that the bus did not accept. */
  readonly deadLetterQueue: Queue;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: OutcomeEventsProps) {
    super(scope, id);
    const { logGroup, architecture, logs, hasAlarm, topic } = props;
    this.eventBus = props.eventBus ?? EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acceptFindings(this.deadLetterQueue, {
      'AwsSolutions-SQS3': 'It is the dead-letter queue of the function.',
    });
    const ownLogs = new LogGroup(this, 'Logs', logs);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Sends events about outcomes to the bus, or to the dead-letter queue',
    });
    ownLogs.grantWrite(role);
    this.eventBus.grantPutEventsTo(role);
    this.deadLetterQueue.grantSendMessages(role);
    this.handler = new LambdaFunction(this, 'Handler', {
      description: `Sends events about the outcomes of ${Stack.of(this).stackName}`,
      code: getFunctionCode('outcome-events'),
      handler: 'index.handler',
      runtime: functionRuntime,
      architecture,
      memorySize: 256,
      timeout: Duration.minutes(2),
      role,
      logGroup: ownLogs,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        [variables.eventBus]: this.eventBus.eventBusArn,
        [variables.queueUrl]: this.deadLetterQueue.queueUrl,
      },
      // CloudWatch Logs invokes asynchronously: Lambda repeats an invocation that failed, then keeps its payload.
      // Source: https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
      retryAttempts: 2,
      onFailure: new SqsDestination(this.deadLetterQueue),
    });
    new SubscriptionFilter(this, 'Subscription', {
      logGroup,
      destination: new LambdaDestination(this.handler),
      filterPattern: outcomesOfTenants,
    });
    this.alarms = hasAlarm
      ? Object.values(createAlarms(this, { UndeliveredEvents: this.defineAlarm() }, topic))
      : [];
  }

  private defineAlarm() {
    return {
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 1,
      periods: [1, 1] as const,
      advice: 'The event bus did not accept events about outcomes. They are in the dead-letter queue.',
    };
  }
}

const field = (name: keyof RequestEvent) => `$.${name}`;

/**
 * Selects the log events of requests that reached the use case.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
const outcomesOfTenants = FilterPattern.all(
  FilterPattern.exists(field('outcome')),
  FilterPattern.exists(field('tenant_id')),
  FilterPattern.stringValue(field('tenant_id'), '!=', releaseCheckTenantId),
);
