import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  type IFunction,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { deadlineMs as attemptsDeadlineMs } from '../../functions/verify-number/attempts/limits.ts';
import { timeBesideKaleyraMs } from '../../functions/verify-number/config.ts';
import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import { functionCode } from '../function-code.ts';
import type { Options } from '../options/parse-options.ts';
import { AttemptsTable } from './attempts-table.ts';
import type { LogSettings } from './log-settings.ts';

/** The parts of a VPC that a function runs in. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

export interface VerifyNumberFunctionProps {
  readonly options: Options;
  readonly pod: Pod;
  /** The customer-managed KMS keys that the tenants' secrets are encrypted with. */
  readonly secretKeyArns: readonly string[];
  readonly tenantClaim?: string | undefined;
  readonly logs: LogSettings;
  readonly network?: FunctionNetwork | undefined;
}

/** The function that verifies numbers: its bundle, its environment, its rights, its logs, and the alias to call it by. */
export class VerifyNumberFunction extends Construct {
  readonly handler: LambdaFunction;
  /** Releases move it from one version to the next. */
  readonly alias: Alias;
  /** The alias as what callers call. */
  readonly live: IFunction;
  readonly role: Role;
  /** The ARN pattern of the secrets that the function may read. */
  readonly secretsArn: string;

  constructor(scope: Construct, id: string, props: VerifyNumberFunctionProps) {
    super(scope, id);
    const { options, pod, secretKeyArns, tenantClaim, logs, network } = props;
    this.secretsArn = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${options.secretPrefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const logGroup = new LogGroup(this, 'Logs', logs);
    // A role of its own: the one that CDK would make may write to every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: "Reads tenants' Kaleyra credentials and writes its own logs",
    });
    logGroup.grantWrite(this.role);
    this.grantSecrets(secretKeyArns);
    if (network) this.grantNetworkInterfaces();
    const attempts = options.countAttempts ? new AttemptsTable(this, 'Attempts') : undefined;
    attempts?.grantCounting(this.role);

    this.handler = new LambdaFunction(this, 'Handler', {
      description: `Verifies WhatsApp Business numbers through Kaleyra's ${pod} pod`,
      code: functionCode(attempts ? 'verify-number/counting' : 'verify-number/plain'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: options.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      memorySize: options.memoryMb,
      timeout: timeoutFor(options),
      // Old versions stay, to go back to.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      role: this.role,
      logGroup,
      tracing: options.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        SECRET_PREFIX: options.secretPrefix,
        SECRET_TTL_SECONDS: String(options.secretTtlSeconds),
        KALEYRA_POD: pod,
        KALEYRA_TIMEOUT_MS: String(options.kaleyraTimeoutMs),
        ...(tenantClaim && { TENANT_CLAIM: tenantClaim }),
        ...(attempts && {
          ATTEMPTS_TABLE: attempts.tableName,
          ATTEMPTS_ON_FAILURE: options.attemptsOnFailure,
        }),
      },
      ...(options.reservedConcurrency && { reservedConcurrentExecutions: options.reservedConcurrency }),
      ...network,
    });
    this.alias = this.handler.addAlias('live', {
      ...(options.provisionedConcurrency && {
        provisionedConcurrentExecutions: options.provisionedConcurrency,
      }),
    });
    // Invoked asynchronously, a failure would be tried again twice, hours later maybe, and no password lasts so long.
    this.alias.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    // CDK's classes fit their own interfaces, but not to a compiler with exactOptionalPropertyTypes.
    this.live = this.alias as IFunction;
  }

  private grantSecrets(keyArns: readonly string[]): void {
    const read = { actions: ['secretsmanager:GetSecretValue'], resources: [this.secretsArn] };
    this.role.addToPolicy(new PolicyStatement(read));
    if (keyArns.length === 0) return;
    // Source: "Secret encryption and decryption in AWS Secrets Manager", on ViaService and the encryption context.
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [...keyArns],
        conditions: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:SecretARN': this.secretsArn },
        },
      }),
    );
  }

  /** Source: "Giving Lambda functions access to resources in an Amazon VPC", required permissions. */
  private grantNetworkInterfaces(): void {
    this.role.addToPolicy(
      new PolicyStatement({
        actions: [
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      }),
    );
  }
}

/** Beside the rest, an attempt may be counted and taken off again. At most 29 s: API Gateway waits for 30. */
const timeoutFor = ({ kaleyraTimeoutMs, countAttempts }: Options): Duration => {
  const attemptsMs = countAttempts ? 2 * attemptsDeadlineMs : 0;
  return Duration.seconds(Math.ceil((kaleyraTimeoutMs + timeBesideKaleyraMs + attemptsMs) / 1000));
};
