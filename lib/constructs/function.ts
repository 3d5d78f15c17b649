import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { variables } from '../../functions/verify-number/config.ts';
import { getFunctionTimeoutMs } from '../../functions/verify-number/core/time-budget.ts';
import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import type { Options } from '../options/parse-options.ts';
import { AttemptsTable } from './attempts-table.ts';
import { functionRuntime, getFunctionCode } from './function-code.ts';
import {
  denyNetworkInterfacesToCode,
  grantCounting,
  grantNetworkInterfaces,
  grantSecrets,
} from './function-permissions.ts';
import type { LogSettings } from './log-settings.ts';

/** The parts of a VPC that a function runs in. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

interface VerifyNumberFunctionProps {
  readonly options: Options;
  readonly pod: Pod;
  /** The customer-managed KMS keys that the tenants' secrets are encrypted with. */
  readonly secretKeyArns: readonly string[];
  readonly tenantClaim?: string | undefined;
  readonly logs: LogSettings;
  readonly network?: FunctionNetwork | undefined;
}

/** The function that verifies numbers, with its environment, permissions, logs and alias. */
export class VerifyNumberFunction extends Construct {
  readonly handler: LambdaFunction;
  /** Releases move it to a new version. */
  readonly alias: Alias;
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** Absent without `countAttempts`. */
  readonly attemptsTableArn: string | undefined;

  constructor(scope: Construct, id: string, props: VerifyNumberFunctionProps) {
    super(scope, id);
    const { options, pod, secretKeyArns, tenantClaim, logs, network } = props;
    const secretsArn = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${options.secretPrefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.logGroup = new LogGroup(this, 'Logs', logs);
    // The role that the CDK would create may write to every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: "Reads tenants' Kaleyra credentials and writes its own logs",
    });
    this.logGroup.grantWrite(this.role);
    grantSecrets(this.role, secretsArn, secretKeyArns);
    if (network) grantNetworkInterfaces(this.role);
    const attempts = options.countAttempts ? new AttemptsTable(this, 'Attempts') : undefined;
    if (attempts) grantCounting(this.role, attempts.tableArn);
    this.attemptsTableArn = attempts?.tableArn;

    this.handler = new LambdaFunction(this, 'Handler', {
      description: `Verifies WhatsApp Business numbers through Kaleyra's ${pod} pod`,
      code: getFunctionCode(attempts ? 'verify-number/counting' : 'verify-number/plain'),
      handler: 'index.handler',
      runtime: functionRuntime,
      architecture: options.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      memorySize: options.memoryMb,
      timeout: getTimeout(options),
      // Old versions are kept for rollbacks. A version whose release failed is not: Lambda publishes no identical version.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      role: this.role,
      logGroup: this.logGroup,
      // Lambda does not change lines that are JSON already.
      // Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
      loggingFormat: LoggingFormat.JSON,
      tracing: options.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        [variables.secretPrefix]: options.secretPrefix,
        [variables.secretTtlSeconds]: String(options.secretTtlSeconds),
        [variables.kaleyraPod]: pod,
        [variables.kaleyraTimeoutMs]: String(options.kaleyraTimeoutMs),
        ...(tenantClaim && { [variables.tenantClaim]: tenantClaim }),
        ...(options.problemTypeBase && { [variables.problemTypeBase]: options.problemTypeBase }),
        ...(attempts && {
          [variables.attemptsTable]: attempts.tableName,
          [variables.attemptsOnFailure]: options.attemptsOnFailure,
        }),
        ...(options.tenantRequestsPerMinute && {
          [variables.tenantRequestsPerMinute]: String(options.tenantRequestsPerMinute),
        }),
      },
      ...(options.reservedConcurrency && { reservedConcurrentExecutions: options.reservedConcurrency }),
      ...(options.leaveVpc ? {} : network),
    });
    if (network) denyNetworkInterfacesToCode(this, this.role, this.handler.functionArn);
    this.alias = this.handler.addAlias('live', {
      ...(options.provisionedConcurrency && {
        provisionedConcurrentExecutions: options.provisionedConcurrency,
      }),
    });
    // Lambda would retry a failed asynchronous invocation up to hours later, when the password has expired.
    this.alias.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }
}

/** At most 27 s, so that with the init a request ends within the 30 s that API Gateway waits. */
const getTimeout = ({ kaleyraTimeoutMs, countAttempts }: Options): Duration =>
  Duration.seconds(Math.ceil(getFunctionTimeoutMs(kaleyraTimeoutMs, countAttempts) / 1000));
