import { ArnFormat, Duration, RemovalPolicy, Stack, Tokenization } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Alias, Function as LambdaFunction, LoggingFormat, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { expiryAttribute, partitionKey } from '../../functions/verify-number/attempts/limits.ts';
import { variables } from '../../functions/verify-number/config.ts';
import { getFunctionTimeoutMs } from '../../functions/verify-number/core/time-budget.ts';
import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import { acceptFindings } from './accepted-findings.ts';
import { functionRuntime, getFunctionCode } from './function-code.ts';
import {
  denyNetworkInterfacesToCode,
  grantCounting,
  grantNetworkInterfaces,
  grantSecrets,
} from './function-permissions.ts';
import type { LogSettings } from './log-settings.ts';
import type { Settings } from './number-verification-props.ts';

/** The parts of a VPC that a function runs in. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

interface VerifyNumberFunctionProps {
  readonly settings: Settings;
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
  readonly attemptsTable: Table | undefined;

  constructor(scope: Construct, id: string, props: VerifyNumberFunctionProps) {
    super(scope, id);
    const { settings, pod, secretKeyArns, logs, network } = props;
    const { reservedConcurrency, provisionedConcurrency } = settings;
    const secretsArn = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${settings.secretPrefix}*`,
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
    this.attemptsTable = settings.countAttempts ? createAttemptsTable(this) : undefined;
    if (this.attemptsTable) grantCounting(this.role, this.attemptsTable.tableArn);

    this.handler = new LambdaFunction(this, 'Handler', {
      description: `Verifies WhatsApp Business numbers through Kaleyra's ${pod} pod`,
      code: getFunctionCode(this.attemptsTable ? 'verify-number/counting' : 'verify-number/plain'),
      handler: 'index.handler',
      runtime: functionRuntime,
      architecture: settings.architecture,
      memorySize: settings.memoryMb,
      timeout: getTimeout(settings),
      // Old versions are kept for rollbacks. A version whose release failed is not: Lambda publishes no identical version.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      role: this.role,
      logGroup: this.logGroup,
      // Lambda does not change lines that are JSON already.
      // Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
      loggingFormat: LoggingFormat.JSON,
      tracing: settings.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: this.createEnvironment(props),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(settings.leaveVpc ? {} : network),
    });
    if (settings.tracing) {
      acceptFindings(this.role, {
        'AwsSolutions-IAM5[Resource::*]': 'The actions for X-Ray traces do not support resources.',
      });
    }
    if (network) denyNetworkInterfacesToCode(this, this.role, this.handler.functionArn);
    this.alias = this.handler.addAlias('live', {
      ...(provisionedConcurrency !== undefined && {
        provisionedConcurrentExecutions: provisionedConcurrency,
      }),
    });
    // Lambda would retry a failed asynchronous invocation up to hours later, when the password has expired.
    this.alias.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }

  private createEnvironment({ settings, pod, tenantClaim }: VerifyNumberFunctionProps) {
    const { secretPrefix, secretTtl, kaleyraTimeout, problemTypeBase } = settings;
    return {
      [variables.secretPrefix]: secretPrefix,
      [variables.secretTtlSeconds]: toText(secretTtl.toSeconds()),
      [variables.kaleyraPod]: pod,
      [variables.kaleyraTimeoutMs]: toText(kaleyraTimeout.toMilliseconds()),
      ...(tenantClaim && { [variables.tenantClaim]: tenantClaim }),
      ...(problemTypeBase && { [variables.problemTypeBase]: problemTypeBase }),
      ...(this.attemptsTable && {
        [variables.attemptsTable]: this.attemptsTable.tableName,
        [variables.attemptsOnFailure]: settings.attemptsOnFailure,
        [variables.tenantRequestsPerMinute]: toText(settings.tenantRequestsPerMinute),
      }),
    };
  }
}

/** Creates the table of attempts. Its items are worthless after ten minutes, so it is deleted with the stack. */
const createAttemptsTable = (scope: Construct): Table => {
  const table = new Table(new Construct(scope, 'Attempts'), 'Table', {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    timeToLiveAttribute: expiryAttribute,
    billingMode: BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acceptFindings(table, {
    'AwsSolutions-DDB3': 'Items describe the last ten minutes, so a backup would be worthless.',
  });
  return table;
};

/** The number may be a token. */
const toText = (number: number): string => Tokenization.stringifyNumber(number);

/** At most 27 s, so that with the init a request ends within the 30 s that API Gateway waits. */
const getTimeout = ({ kaleyraTimeout, countAttempts = false }: Settings): Duration =>
  Duration.seconds(Math.ceil(getFunctionTimeoutMs(kaleyraTimeout.toMilliseconds(), countAttempts) / 1000));
