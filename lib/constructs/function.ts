import { join } from 'node:path';
import { ArnFormat, Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type Grant, type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Alias, Architecture, type IFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import { getFunctionTimeoutMs } from '../../functions/verify-number/time-budget.ts';
import type { Options } from '../options/parse-options.ts';
import { AttemptsTable } from './attempts-table.ts';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'functions/verify-number');

/** The parts of a VPC that a function runs in. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

export interface VerifyNumberFunctionProps {
  readonly options: Options;
  readonly pod: Pod;
  readonly tenantClaim?: string | undefined;
  readonly removalPolicy: RemovalPolicy;
  readonly network?: FunctionNetwork | undefined;
}

/** The function that verifies numbers: its bundle, its environment, its rights, its logs, and the alias to call it by. */
export class VerifyNumberFunction extends Construct {
  readonly handler: NodejsFunction;
  /** Releases move it from one version to the next. */
  readonly alias: Alias;
  /** The alias as what callers call. */
  readonly live: IFunction;
  readonly role: Role;
  /** The ARN pattern of the secrets that the function may read. */
  readonly secretsArn: string;

  constructor(scope: Construct, id: string, props: VerifyNumberFunctionProps) {
    super(scope, id);
    const { options, pod, tenantClaim, removalPolicy, network } = props;
    this.secretsArn = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${options.secretPrefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const logGroup = new LogGroup(this, 'Logs', { retention: options.logRetentionDays, removalPolicy });
    // A role of its own: the one that CDK would make may write to every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: "Reads tenants' Kaleyra credentials and writes its own logs",
    });
    logGroup.grantWrite(this.role);
    this.grantSecrets(options.secretKeyArn);
    if (network) this.grantNetworkInterfaces();
    const attempts = options.countAttempts ? new AttemptsTable(this, 'Attempts') : undefined;
    attempts?.grantCounting(this.role);

    this.handler = new NodejsFunction(this, 'Handler', {
      description: `Verifies WhatsApp Business numbers through Kaleyra's ${pod} pod`,
      entry: join(source, 'index.ts'),
      projectRoot: root,
      depsLockFilePath: join(root, 'package-lock.json'),
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
      bundling: {
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        minify: true,
        // Beside the code and not read at run time, where it would cost every cold start: it is for whoever reads a
        // stack from the log.
        sourceMap: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        sourcesContent: false,
        // Imported only when an operation streams events, which none that is called here does.
        externalModules: ['@smithy/core/event-streams'],
        // Leaves attempt counting out where it is off: index.ts asks for this name.
        ...(attempts ? {} : { define: { 'process.env.ATTEMPTS_TABLE': 'undefined' } }),
        esbuildArgs: {
          '--alias': [
            `@aws-sdk/credential-provider-node=${join(source, 'bundle-shims/lambda-credentials.ts')}`,
            `node:http=${join(source, 'bundle-shims/node-http.ts')}`,
          ],
        },
      },
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
    this.acknowledgeFindings(options, network);
  }

  /** Lets a principal call the function directly, for all tenants. */
  grantInvoke(grantee: IGrantable): Grant {
    return this.live.grantInvoke(grantee);
  }

  private acknowledgeFindings(options: Options, network: FunctionNetwork | undefined): void {
    const { partition, region, account } = Stack.of(this);
    const shown = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
    const where = `${shown(region, 'Region')}:${shown(account, 'AccountId')}`;
    const secrets = `arn:${shown(partition, 'Partition')}:secretsmanager:${where}:secret:${options.secretPrefix}*`;
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${secrets}]`,
      reason:
        "Tenants come and go without a deployment: the right is to all secrets under the tenants' prefix.",
    });
    if (network || options.tracing) {
      Validations.of(this.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Network interfaces of a VPC and traces of X-Ray have actions that take no resource.',
      });
    }
  }

  private grantSecrets(keyArn: string | undefined): void {
    const read = { actions: ['secretsmanager:GetSecretValue'], resources: [this.secretsArn] };
    this.role.addToPolicy(new PolicyStatement(read));
    if (keyArn === undefined) return;
    // Source: "Secret encryption and decryption in AWS Secrets Manager", on ViaService and the encryption context.
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [keyArn],
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

/** At most 29 s, because API Gateway waits for 30 s. */
const timeoutFor = ({ kaleyraTimeoutMs, countAttempts }: Options): Duration =>
  Duration.seconds(Math.ceil(getFunctionTimeoutMs(kaleyraTimeoutMs, countAttempts) / 1000));
