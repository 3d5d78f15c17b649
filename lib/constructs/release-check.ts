import { Duration, Names, RemovalPolicy, SecretValue, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { variables } from '../../functions/release-check/variables.ts';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import { rememberedMs } from '../../functions/verify-number/tenants/remembered-failures.ts';
import { getSecretName } from '../../functions/verify-number/tenants/secret.ts';
import { InvalidOptions } from '../values/rules.ts';
import { acceptFindings, allowsResource } from './accepted-findings.ts';
import { functionRuntime, getFunctionCode } from './function-code.ts';
import type { LogSettings } from './log-settings.ts';

interface ReleaseCheckProps {
  readonly secretPrefix: string;
  /**
   * The KMS key of the reserved tenant's secret, as of the tenants' secrets.
   * @default the AWS managed key
   */
  readonly secretKeyArn?: string | undefined;
  /** Whether another deployment has created the reserved tenant's secret. */
  readonly isSecretShared: boolean;
  /** The function whose versions are checked. */
  readonly checkedFunction: LambdaFunction;
  readonly logs: LogSettings;
}

/** The function that tries a new version before it gets traffic, and the reserved tenant's secret. */
export class ReleaseCheck extends Construct {
  readonly hook: LambdaFunction;

  constructor(scope: Construct, id: string, props: ReleaseCheckProps) {
    super(scope, id);
    const { checkedFunction, logs } = props;
    if (!props.isSecretShared) this.createSecret(props);
    const logGroup = new LogGroup(this, 'Logs', logs);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Invokes new versions of the function and reports to CodeDeploy',
    });
    logGroup.grantWrite(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        // Each version of the function: a policy that names one version would change with each release.
        resources: [`${checkedFunction.functionArn}:*`],
      }),
    );
    acceptFindings(role, {
      [allowsResource(this, `${checkedFunction.functionArn}:*`)]:
        'The release check invokes each new version of the function.',
    });
    this.hook = new LambdaFunction(this, 'Hook', {
      // AWS's policy for CodeDeploy allows to invoke functions with this prefix.
      // Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambda.html
      functionName: `CodeDeployHook_${Names.uniqueResourceName(this, { maxLength: 49 })}`,
      description: `Tries a new version of ${Stack.of(this).stackName} before it gets traffic`,
      code: getFunctionCode('release-check'),
      handler: 'index.handler',
      runtime: functionRuntime,
      architecture: checkedFunction.architecture,
      memorySize: 256,
      timeout: Duration.minutes(5),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // CodeDeploy does not tell a hook which version it deploys.
      // Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/tutorial-lambda-sam-create-lambda-before-traffic.html
      environment: {
        [variables.versionArn]: checkedFunction.currentVersion.functionArn,
        // A permission that was just granted may take effect late, and the function remembers the failed read.
        [variables.retryAfterMs]: String(rememberedMs.CredentialsMisconfigured + 5000),
      },
    });
  }

  private createSecret({ secretPrefix, secretKeyArn }: ReleaseCheckProps): void {
    const secretName = getSecretName(secretPrefix, releaseCheckTenantId);
    rejectTakenName(this, secretName);
    const secret = new Secret(this, 'Secret', {
      secretName,
      description: 'Reserved for release checks. Not credentials, on purpose.',
      secretStringValue: SecretValue.unsafePlainText('Reserved for release checks: not credentials'),
      ...(secretKeyArn && { encryptionKey: Key.fromKeyArn(this, 'SecretKey', secretKeyArn) }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acceptFindings(secret, {
      'AwsSolutions-SMG4': 'The secret contains no credentials, so it is not rotated.',
    });
  }
}

/** CloudFormation reports only during the deployment that a name is taken. */
const rejectTakenName = (scope: Construct, secretName: string): void => {
  const stack = Stack.of(scope);
  const other = scope.node.root.node.findAll().find((node) => {
    if (!(node instanceof CfnSecret) || node.name !== secretName) return false;
    const { account, region } = node.stack;
    // Stacks without an account can be deployed to different ones.
    const isSameAccount = account === stack.account && !Token.isUnresolved(account);
    return node.stack === stack || (isSameAccount && region === stack.region);
  });
  if (!other) return;
  throw new InvalidOptions([
    `The secret ${secretName} is created by ${other.node.path} already. Set another secretPrefix, or releaseCheckSecret=existing.`,
  ]);
};
