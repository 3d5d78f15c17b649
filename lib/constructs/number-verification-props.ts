import { Arn, ArnFormat, Token } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { OptionProps } from '../options/option-props.ts';
import { InvalidOptions, type Options, parseOptions } from '../options/parse-options.ts';

export interface NumberVerificationProps extends OptionProps {
  /**
   * An authorizer of your own for the route. It must restrict callers to their tenants, or accept tokens whose claim
   * `jwtTenantClaim` lists the tenants.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
   * @default the authorizer that `authorization` selects
   */
  readonly authorizer?: IHttpRouteAuthorizer | undefined;
  /**
   * A VPC to run the function in, instead of `vpcId`.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
   * @default no VPC
   */
  readonly vpc?: IVpc | undefined;
  /**
   * Subnets of `vpc`. They must reach the internet through a NAT.
   * @default the private subnets
   */
  readonly vpcSubnets?: SubnetSelection | undefined;
  /**
   * Security groups of the function in `vpc`. They must allow HTTPS to the internet.
   * @default a new one that allows outgoing HTTPS only
   */
  readonly securityGroups?: readonly ISecurityGroup[] | undefined;
  /**
   * The SNS topic that alarms are sent to, instead of `alarmTopicArn`.
   * @default no notification
   */
  readonly alarmTopic?: ITopic | undefined;
  /**
   * The customer-managed KMS keys that the tenants' secrets are encrypted with, in addition to `secretKeyArn`.
   * @default none
   */
  readonly secretKeys?: readonly IKey[] | undefined;
  /**
   * The KMS key that encrypts the logs, instead of `logKeyArn`. CloudWatch Logs is allowed to use it if the app defines
   * it; an imported key must allow that already.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   * @default encryption that CloudWatch Logs manages
   */
  readonly logEncryptionKey?: IKey | undefined;
}

/**
 * Reads the options among the props and checks the props together.
 * @param region region of the stack, or a token
 * @throws InvalidOptions with everything that is wrong
 */
export const parseProps = (props: NumberVerificationProps, region: string): Options => {
  const options = parseOptions(props);
  const problems = [...findPropConflicts(props, options), ...findResourcesOfOtherRegions(options, region)];
  if (problems.length > 0) throw new InvalidOptions(problems);
  return options;
};

function* findPropConflicts(props: NumberVerificationProps, options: Options): Generator<string> {
  const { vpc, vpcSubnets, securityGroups, alarmTopic, logEncryptionKey } = props;
  if (vpc && (options.vpcId !== undefined || options.staticEgress)) {
    yield 'Prop vpc excludes the options vpcId and staticEgress.';
  }
  if (!vpc && (vpcSubnets || securityGroups)) {
    yield 'Props vpcSubnets and securityGroups have an effect only with vpc.';
  }
  if (options.leaveVpc && !vpc && options.vpcId === undefined && !options.staticEgress) {
    yield 'Option leaveVpc has an effect only with staticEgress=true or a VPC.';
  }
  if (alarmTopic && (options.alarmTopicArn ?? options.alarmEmail) !== undefined) {
    yield 'Prop alarmTopic excludes the options alarmTopicArn and alarmEmail.';
  }
  if (logEncryptionKey && options.logKeyArn !== undefined) {
    yield 'Prop logEncryptionKey excludes the option logKeyArn.';
  }
}

/** Some resources work only in their own region. */
const findResourcesOfOtherRegions = (options: Options, region: string): string[] => {
  const { secretKeyArn = [], certificateArn, alarmTopicArn, logKeyArn } = options;
  const arns = {
    secretKeyArn,
    certificateArn: [certificateArn],
    alarmTopicArn: [alarmTopicArn],
    logKeyArn: [logKeyArn],
  };
  return Object.entries(arns).flatMap(([name, values]) =>
    values.flatMap((arn) => {
      const its = arn && Arn.split(arn, ArnFormat.NO_RESOURCE_NAME).region;
      if (!its || Token.isUnresolved(region) || its === region) return [];
      return [`Option ${name} is in ${its}. It must be in the stack's region, ${region}.`];
    }),
  );
};
