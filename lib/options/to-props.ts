/** Converts options, which are text, to the props of the construct. */
import { Annotations, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { NumberVerificationProps } from '../constructs/number-verification-props.ts';
import type { OptionName, Options } from './option-table.ts';

type Conversions = {
  readonly [Name in OptionName]?: (
    value: NonNullable<Options[Name]>,
    stack: Stack,
    options: Options,
  ) => NumberVerificationProps;
};

/** The options whose prop has another name or type. */
const conversions: Conversions = {
  secretTtlSeconds: (seconds) => ({ secretTtl: Duration.seconds(seconds) }),
  kaleyraTimeoutMs: (milliseconds) => ({ kaleyraTimeout: Duration.millis(milliseconds) }),
  architecture: (name) => ({ architecture: name === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64 }),
  certificateArn: (arn, stack) => ({
    certificate: Certificate.fromCertificateArn(stack, 'Certificate', arn),
  }),
  vpcId: (vpcId, stack, { subnetIds = [] }) => importNetwork(stack, vpcId, subnetIds),
  subnetIds: () => ({}),
  alarmTopicArn: (arn, stack) => ({ alarmTopic: Topic.fromTopicArn(stack, 'AlarmTopic', arn) }),
  expectTrafficEvery: (minutes) => ({ expectTrafficEvery: Duration.minutes(minutes) }),
  outcomeEvents: (bus, stack) => ({
    outcomeEvents: typeof bus === 'string' ? EventBus.fromEventBusArn(stack, 'EventBus', bus) : bus,
  }),
  logRetentionDays: (logRetention) => ({ logRetention }),
  logKeyArn: (arn, stack) => ({ logEncryptionKey: Key.fromKeyArn(stack, 'LogKey', arn) }),
  removalPolicy: (policy) => (policy === 'destroy' ? { removalPolicy: RemovalPolicy.DESTROY } : {}),
};

/** @param stack scope for the resources that the options name */
export const toProps = (stack: Stack, options: Options): NumberVerificationProps => {
  const props = Object.entries(options).map(([name, value]) => {
    const convert = conversions[name as OptionName] as NonNullable<Conversions['stage']> | undefined;
    return convert ? convert(value as never, stack, options) : { [name]: value };
  });
  return Object.assign({}, ...props);
};

/** An existing VPC. Nothing is looked up. */
const importNetwork = (stack: Stack, vpcId: string, subnetIds: readonly string[]) => {
  // The zones matter only for selecting subnets, and these are given.
  const vpc: IVpc = Vpc.fromVpcAttributes(stack, 'ImportedVpc', { vpcId, availabilityZones: ['any'] });
  const subnets = subnetIds.map((subnetId) => {
    const subnet = Subnet.fromSubnetId(stack, subnetId, subnetId);
    // Correct here: no route is added to an existing VPC.
    Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
    return subnet;
  });
  return { vpc, vpcSubnets: { subnets } };
};
