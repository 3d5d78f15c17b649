import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Alias, CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acceptFindings, allowsResource } from './accepted-findings.ts';
import type { ReleaseMode } from './number-verification-props.ts';
import type { ReleaseCheck } from './release-check.ts';

interface ReleasesProps {
  readonly mode: ReleaseMode;
  /** Moves from one version to the next. */
  readonly alias: Alias;
  /** Each rolls back a release when it fires. */
  readonly alarms: readonly Alarm[];
  readonly check: ReleaseCheck;
}

/** How the traffic moves, by the value of the option `releases`. */
const deploymentConfigs: Readonly<Record<ReleaseMode, ILambdaDeploymentConfig>> = {
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  linear: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  'all-at-once': LambdaDeploymentConfig.ALL_AT_ONCE,
  none: LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
};

/**
 * Moves the alias to a new version: CodeDeploy checks the version, shifts the traffic, and rolls back if an alarm fires
 * or if the deployment is stopped. With `none`, CloudFormation moves the alias; the deployment group stays, so that the
 * next release can use it again.
 */
export class Releases extends Construct {
  readonly deploymentGroup: LambdaDeploymentGroup;

  constructor(scope: Construct, id: string, { mode, alias, alarms, check }: ReleasesProps) {
    super(scope, id);
    this.deploymentGroup = new LambdaDeploymentGroup(this, 'Group', {
      alias,
      deploymentConfig: deploymentConfigs[mode],
      alarms: [...alarms],
      preHook: check.hook,
      autoRollback: {
        failedDeployment: true,
        stoppedDeployment: true,
        deploymentInAlarm: alarms.length > 0,
      },
    });
    check.hook.addToRolePolicy(
      new PolicyStatement({
        actions: ['codedeploy:GetDeployment'],
        resources: [this.deploymentGroup.deploymentGroupArn],
      }),
    );
    // The check needs its secret and its permissions when the alias changes.
    alias.node.addDependency(check, this.deploymentGroup);
    acceptFindings(this.deploymentGroup, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
        "It is AWS's narrow policy for CodeDeploy on Lambda, and the CDK attaches it to every role.",
      [allowsResource(this, `${check.hook.functionArn}:*`)]:
        'CodeDeploy invokes the release check; the CDK grants every version of it.',
    });
    if (mode === 'none') delete (alias.node.defaultChild as CfnAlias).cfnOptions.updatePolicy;
  }
}
