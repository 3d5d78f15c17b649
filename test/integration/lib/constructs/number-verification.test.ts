import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type ISecurityGroup, type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { NumberVerification } from '../../../../lib/constructs/number-verification.ts';
import type { NumberVerificationProps } from '../../../../lib/constructs/number-verification-props.ts';
import { createApp } from '../../../../scripts/templates/synthesize.ts';
import { getProperties, getResources } from '../../../support/templates.ts';

/** Adds the construct to a stack that already has resources. */
const addTo = (createProps: (stack: Stack) => NumberVerificationProps = () => ({})) => {
  const stack = new Stack(createApp(), 'Payments', { env: { region: 'ap-south-1' } });
  const verification = new NumberVerification(stack, 'Verification', createProps(stack));
  return { stack, verification, template: () => Template.fromStack(stack) };
};

const getFunction = (template: Template) =>
  getProperties(template, 'AWS::Lambda::Function').find(
    ({ Environment }) => Environment?.Variables.KALEYRA_POD,
  );

describe('NumberVerification', () => {
  it('adds a function with its API to any stack, and no output', () => {
    const { verification, template } = addTo();
    template().resourceCountIs('AWS::ApiGatewayV2::Api', 1);
    expect(template().findOutputs('*')).toEqual({});
    expect(verification.pod).toBe('IN');
  });

  it('can be added twice to one stack, with different secrets', () => {
    const { stack, template } = addTo();
    new NumberVerification(stack, 'Second', { secretPrefix: 'second/' });
    template().resourceCountIs('AWS::ApiGatewayV2::Api', 2);
    const names = getProperties(template(), 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName);
    expect(new Set(names).size).toBe(names.length);
  });

  it('grants the alias, and only the alias, to a role that may invoke the function', () => {
    const { stack, verification, template } = addTo();
    const role = new Role(stack, 'Workflow', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    verification.grantInvoke(role);
    const policies = getProperties(template(), 'AWS::IAM::Policy').filter(({ PolicyName }) =>
      PolicyName.startsWith('Workflow'),
    );
    expect(policies.map(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      [
        {
          Effect: 'Allow',
          Action: 'lambda:InvokeFunction',
          Resource: { Ref: expect.stringMatching(/^VerificationVerifyNumberHandlerAliaslive/) },
        },
      ],
    ]);
  });

  it('runs in a given VPC, with a new security group that allows outgoing HTTPS only', () => {
    const { template } = addTo((stack) => ({ vpc: new Vpc(stack, 'Vpc') as IVpc }));
    expect(getFunction(template()).VpcConfig.SubnetIds).toEqual([
      { Ref: expect.stringMatching(/^VpcPrivateSubnet1/) },
      { Ref: expect.stringMatching(/^VpcPrivateSubnet2/) },
    ]);
    expect(getProperties(template(), 'AWS::EC2::SecurityGroup')).toEqual([
      expect.objectContaining({
        SecurityGroupEgress: [expect.objectContaining({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
      }),
    ]);
  });

  it('uses the given subnets and security groups of the VPC', () => {
    const { template } = addTo((stack) => {
      const vpc = new Vpc(stack, 'Vpc') as IVpc;
      const group = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-01234567') as ISecurityGroup;
      return { vpc, vpcSubnets: { subnets: vpc.privateSubnets.slice(0, 1) }, securityGroups: [group] };
    });
    expect(getFunction(template()).VpcConfig).toMatchObject({
      SubnetIds: [{ Ref: expect.stringMatching(/^VpcPrivateSubnet1/) }],
      SecurityGroupIds: ['sg-01234567'],
    });
    template().resourceCountIs('AWS::EC2::SecurityGroup', 0);
  });

  it('sends alarms to a given topic', () => {
    const { template } = addTo((stack) => ({ alarmTopic: new Topic(stack, 'Topic') as ITopic }));
    for (const { AlarmActions } of getProperties(template(), 'AWS::CloudWatch::Alarm')) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Topic/) }]);
    }
    template().resourceCountIs('AWS::SNS::Topic', 1);
  });

  it('may decrypt with each of the given secretKeys', () => {
    const { template } = addTo((stack) => ({
      secretKeys: [new Key(stack, 'One') as IKey, new Key(stack, 'Two') as IKey],
    }));
    const statements = getProperties(template(), 'AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );
    const decrypt = statements.filter(({ Action }) => Action === 'kms:Decrypt');
    expect(decrypt.map(({ Resource }) => Resource)).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^One/), 'Arn'] },
      { 'Fn::GetAtt': [expect.stringMatching(/^Two/), 'Arn'] },
    ]);
  });

  it('encrypts every log group with a given key, and lets CloudWatch Logs use it', () => {
    const { template } = addTo((stack) => ({
      logEncryptionKey: new Key(stack, 'LogKey') as IKey,
      logRetentionDays: 7,
      removalPolicy: 'destroy',
    }));
    const groups = getResources(template(), 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(1);
    for (const group of groups) {
      expect(group).toMatchObject({
        DeletionPolicy: 'Delete',
        Properties: {
          RetentionInDays: 7,
          KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^LogKey/), 'Arn'] },
        },
      });
    }
    const [key] = getProperties(template(), 'AWS::KMS::Key');
    expect(key.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({ Principal: { Service: 'logs.ap-south-1.amazonaws.com' } }),
    );
  });

  it.each<[string, (stack: Stack) => NumberVerificationProps, string]>([
    [
      'vpc and staticEgress',
      (stack) => ({ vpc: new Vpc(stack, 'Vpc') as IVpc, staticEgress: true }),
      'Prop vpc excludes the options vpcId and staticEgress.',
    ],
    [
      'subnets without vpc',
      () => ({ vpcSubnets: {} }),
      'Props vpcSubnets and securityGroups have an effect only with vpc.',
    ],
    [
      'alarmTopic and alarmEmail',
      (stack) => ({ alarmTopic: new Topic(stack, 'Topic') as ITopic, alarmEmail: 'ops@example.com' }),
      'Prop alarmTopic excludes the options alarmTopicArn and alarmEmail.',
    ],
    [
      'logEncryptionKey and logKeyArn',
      (stack) => ({
        logEncryptionKey: new Key(stack, 'Key') as IKey,
        logKeyArn: 'arn:aws:kms:ap-south-1:111122223333:key/00000000',
      }),
      'Prop logEncryptionKey excludes the option logKeyArn.',
    ],
    [
      'leaveVpc without a VPC',
      () => ({ leaveVpc: true }),
      'Option leaveVpc has an effect only with staticEgress=true or a VPC.',
    ],
    [
      'an invalid option',
      () => ({ memoryMb: 1 }),
      'Option memoryMb is 1. It must be a whole number from 128 to 10240.',
    ],
    [
      'a key of another region',
      () => ({ secretKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/00000000' }),
      "Option secretKeyArn is in eu-west-1. It must be in the stack's region, ap-south-1.",
    ],
  ])('rejects %s', (_name, createProps, message) => {
    expect(() => addTo(createProps)).toThrow(message);
  });

  it('rejects a stack without a region, and names the option', () => {
    expect(() => new NumberVerification(new Stack(), 'Verification')).toThrow(
      'The stack has no region, which selects the Kaleyra pod. Set env.region of the stack, or set option pod to one of IN, SG, EU, NA.',
    );
  });
});
