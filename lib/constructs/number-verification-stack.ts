import { Arn, ArnFormat, CfnOutput, Stack, type StackProps, Token, Validations } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Pod, podOfRegion, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import {
  InvalidOptions,
  type OptionProps,
  type Options,
  optionNames,
  parseOptions,
  removalPolicyOf,
} from '../options/parse-options.ts';
import { VerifyNumberApi } from './api.ts';
import { authorizationOf } from './authorization.ts';
import { VerifyNumberFunction } from './function.ts';
import { existingNetwork, StaticEgress } from './network.ts';
import { Observability } from './observability.ts';

export interface NumberVerificationStackProps
  extends StackProps,
    Omit<OptionProps, 'regions' | 'passwordWorkflow'> {
  /**
   * An authorizer of your own for the route. It must hold callers to their tenants, or take tokens whose claim
   * `jwtTenantClaim` names them.
   * @default what the options name
   */
  readonly authorizer?: IHttpRouteAuthorizer;
}

/** The whole of it in one region. `env.region` decides which of Kaleyra's pods it talks to, unless `pod` does. */
export class NumberVerificationStack extends Stack {
  readonly api: VerifyNumberApi;
  readonly verifyNumber: VerifyNumberFunction;

  /** @throws InvalidOptions */
  constructor(scope: Construct, id: string, props: NumberVerificationStackProps) {
    super(scope, id, {
      description: "Verifies tenants' WhatsApp Business numbers through Kaleyra",
      ...props,
    });
    const given = Object.entries(props).filter(([name]) => (optionNames as readonly string[]).includes(name));
    const options = parseOptions(Object.fromEntries(given));
    refuseOtherRegions(options, this.region);
    const removalPolicy = removalPolicyOf(options);
    const authorization = authorizationOf(options, props.authorizer);
    const egress = options.staticEgress
      ? new StaticEgress(this, 'StaticEgress', {
          withDynamoDb: options.countAttempts,
          logRetention: options.logRetentionDays,
          removalPolicy,
        })
      : undefined;
    const { vpcId, subnetIds } = options;

    this.verifyNumber = new VerifyNumberFunction(this, 'VerifyNumber', {
      options,
      pod: podOf(options, this.region),
      tenantClaim: authorization.tenantClaim,
      removalPolicy,
      network: vpcId && subnetIds ? existingNetwork(this, vpcId, subnetIds) : egress?.network,
    });
    const { handler, alias, live, role, secretsArn } = this.verifyNumber;
    egress?.allowSecrets(role, secretsArn);
    this.api = new VerifyNumberApi(this, 'Api', {
      handler: live,
      authorization,
      accessLogs: new LogGroup(this, 'AccessLogs', { retention: options.logRetentionDays, removalPolicy }),
      options,
    });
    const { rollbackAlarms } = new Observability(this, 'Observability', {
      options,
      handler,
      stage: this.api.stage,
    });
    const releases = new LambdaDeploymentGroup(this, 'Releases', {
      alias,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [...rollbackAlarms],
    });
    Validations.of(releases).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason:
        "AWS's own narrow policy for CodeDeploy on Lambda, which CDK attaches whatever role it is given.",
    });

    this.output('ApiUrl', this.api.url, 'Send requests here');
    this.output('ApiId', this.api.api.apiId, "API Gateway's id of the API");
    this.output('FunctionName', handler.functionName, 'The function');
    this.output('FunctionArn', live.functionArn, "The function's alias `live`, for direct calls");
    if (this.api.domainTarget)
      this.output('DomainTarget', this.api.domainTarget, 'Point the DNS record of the domain here');
    if (egress)
      this.output(
        'EgressAddress',
        egress.address,
        "The address that Kaleyra sees: for the keys' allow-lists",
      );
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}

const podOf = ({ pod }: Options, region: string): Pod => {
  const found = pod ?? (Token.isUnresolved(region) ? undefined : podOfRegion(region));
  if (found) return found;
  const where = Token.isUnresolved(region) ? 'A stack without a region' : `Region ${region}`;
  throw new InvalidOptions([
    `${where} has no obvious Kaleyra pod. Say which by the option pod: one of ${pods.join(', ')}.`,
  ]);
};

/** These can work only in their own region. */
const refuseOtherRegions = (options: Options, region: string): void => {
  const problems = (['secretKeyArn', 'certificateArn', 'alarmTopicArn'] as const).flatMap((name) => {
    const arn = options[name];
    const its = arn && Arn.split(arn, ArnFormat.NO_RESOURCE_NAME).region;
    if (!its || Token.isUnresolved(region) || its === region) return [];
    return [`Option ${name} is in ${its}. It must be in the stack's region, ${region}.`];
  });
  if (problems.length > 0) throw new InvalidOptions(problems);
};
