/** Converts options, which are text, to the props of the construct. */
import { Annotations, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { NumberVerificationProps } from '../constructs/number-verification-props.ts';
import type { Options } from './option-table.ts';

/** @param stack scope for the resources that the options name */
export const toProps = (stack: Stack, options: Options): NumberVerificationProps => {
  const {
    secretTtlSeconds,
    kaleyraTimeoutMs,
    architecture,
    certificateArn,
    vpcId,
    subnetIds,
    alarmTopicArn,
    expectTrafficEvery,
    outcomeEvents,
    logRetentionDays,
    logKeyArn,
    removalPolicy,
    ...others
  } = options;
  return {
    ...others,
    ...convert(secretTtlSeconds, (seconds) => ({ secretTtl: Duration.seconds(seconds) })),
    ...convert(kaleyraTimeoutMs, (milliseconds) => ({ kaleyraTimeout: Duration.millis(milliseconds) })),
    ...convert(architecture, (name) => ({ architecture: architectures[name] })),
    ...convert(certificateArn, (arn) => ({
      certificate: Certificate.fromCertificateArn(stack, 'Certificate', arn),
    })),
    ...convert(vpcId, (id) => importNetwork(stack, id, subnetIds ?? [])),
    ...convert(alarmTopicArn, (arn) => ({ alarmTopic: Topic.fromTopicArn(stack, 'AlarmTopic', arn) })),
    ...convert(expectTrafficEvery, (minutes) => ({ expectTrafficEvery: Duration.minutes(minutes) })),
    ...convert(outcomeEvents, (bus) => ({
      outcomeEvents: typeof bus === 'string' ? EventBus.fromEventBusArn(stack, 'EventBus', bus) : bus,
    })),
    ...convert(logRetentionDays, (logRetention) => ({ logRetention })),
    ...convert(logKeyArn, (arn) => ({ logEncryptionKey: Key.fromKeyArn(stack, 'LogKey', arn) })),
    ...(removalPolicy === 'destroy' && { removalPolicy: RemovalPolicy.DESTROY }),
  };
};

const convert = <Value, Result>(value: Value | undefined, toProp: (value: Value) => Result) =>
  value === undefined ? undefined : toProp(value);

const architectures = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 };

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
