import { describe, expect, it } from '@jest/globals';
import {
  findResources,
  getProperties as getFrom,
  getResources,
  type Json,
  readTemplate,
} from '../../../support/read-stacks.ts';

const template = readTemplate('static egress with counting');
const getProperties = (type: string) => getFrom(template, type);
const getVerifyFunction = (found: Json) =>
  getFrom(found, 'AWS::Lambda::Function').find(({ Environment }) => Environment?.Variables.KALEYRA_POD);
const getNetworkPolicies = (found: Json) =>
  getFrom(found, 'AWS::IAM::Policy')
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }) => JSON.stringify(Action).includes('NetworkInterface'));
const count = (found: Json, type: string) => getResources(found, type).length;

describe('static egress', () => {
  it('is a VPC in two zones with one NAT, whose address is an output', () => {
    const address = expect.stringMatching(/^StaticEgressAddress/);
    const main = readTemplate('static egress and the rest');
    expect(getFrom(main, 'AWS::EC2::NatGateway')).toEqual([
      expect.objectContaining({ AllocationId: { 'Fn::GetAtt': [address, 'AllocationId'] } }),
    ]);
    expect(main.Outputs.EgressAddress.Value).toEqual({ 'Fn::GetAtt': [address, 'PublicIp'] });
    expect(count(main, 'AWS::EC2::Subnet')).toBe(4);
    expect(count(main, 'AWS::EC2::FlowLog')).toBe(1);
  });

  it('retains the address, but not that of a failed creation, unless removalPolicy is destroy', () => {
    const getPolicies = (found: Json) =>
      getResources(found, 'AWS::EC2::EIP').map(({ DeletionPolicy }) => DeletionPolicy);
    expect(getPolicies(template)).toEqual(['RetainExceptOnCreate']);
    expect(getPolicies(readTemplate('static egress'))).toEqual(['Delete']);
  });

  it('uses an existing address with egressAllocationId, and creates none', () => {
    const existing = readTemplate('transition', 'KaleyraNumberVerification-staging-ap-south-1');
    expect(getFrom(existing, 'AWS::EC2::NatGateway')[0].AllocationId).toBe('eipalloc-0123456789abcdef0');
    expect(count(existing, 'AWS::EC2::EIP')).toBe(0);
    expect(existing.Outputs).not.toHaveProperty('EgressAddress');
    const token = readTemplate('tokens: an address');
    expect(getFrom(token, 'AWS::EC2::NatGateway')[0].AllocationId).toEqual({
      'Fn::GetAtt': ['Address', 'AllocationId'],
    });
  });

  it('runs the function in the private subnets', () => {
    expect(getVerifyFunction(template).VpcConfig.SubnetIds).toEqual([
      { Ref: expect.stringMatching(/StaticEgressVpcFunctionSubnet1/) },
      { Ref: expect.stringMatching(/StaticEgressVpcFunctionSubnet2/) },
    ]);
  });

  it('allows outgoing HTTPS only, and lets only the function connect to Secrets Manager', () => {
    const groups = getProperties('AWS::EC2::SecurityGroup');
    expect(groups.map(({ SecurityGroupEgress }) => SecurityGroupEgress)).toEqual([
      [expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
      [expect.objectContaining({ CidrIp: '255.255.255.255/32' })],
    ]);
    expect(groups.flatMap(({ SecurityGroupIngress }) => SecurityGroupIngress ?? [])).toEqual([]);
    const source = [expect.stringMatching(/StaticEgressFunctionSecurityGroup/), 'GroupId'];
    expect(getProperties('AWS::EC2::SecurityGroupIngress')).toEqual([
      expect.objectContaining({
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: { 'Fn::GetAtt': source },
      }),
    ]);
  });

  it('has endpoints that let only the function’s role read secrets and count attempts', () => {
    const table = { 'Fn::GetAtt': [expect.stringMatching(/VerifyNumberAttemptsTable/), 'Arn'] };
    const role = { 'Fn::GetAtt': [expect.stringMatching(/VerifyNumberRole/), 'Arn'] };
    const Condition = { ArnEquals: { 'aws:PrincipalArn': role } };
    const allow = (Action: unknown, Resource: unknown) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource, Condition }],
    });
    expect(getProperties('AWS::EC2::VPCEndpoint')).toEqual([
      expect.objectContaining({
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        PolicyDocument: allow(
          'secretsmanager:GetSecretValue',
          'arn:aws:secretsmanager:ap-south-1:111122223333:secret:*',
        ),
      }),
      expect.objectContaining({
        VpcEndpointType: 'Gateway',
        PolicyDocument: allow(['dynamodb:DeleteItem', 'dynamodb:UpdateItem'], table),
      }),
    ]);
    expect(count(readTemplate('static egress'), 'AWS::EC2::VPCEndpoint')).toBe(1);
  });

  it('keeps the logs of its custom resource as long as the other logs', () => {
    const groups = Object.entries<Json>(findResources(template, 'AWS::Logs::LogGroup'));
    const [id, group] = groups.find(([name]) => name.includes('StaticEgressCustomResourceLogs')) ?? [];
    expect(group).toMatchObject({
      Properties: { RetentionInDays: 90 },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    expect(getProperties('AWS::Lambda::Function')).toContainEqual(
      expect.objectContaining({
        Handler: '__entrypoint__.handler',
        LoggingConfig: { LogGroup: { Ref: id } },
      }),
    );
  });
});

describe('the function in a VPC', () => {
  it('lets Lambda manage network interfaces, but not its own code', () => {
    const handler = { 'Fn::GetAtt': [expect.stringMatching(/VerifyNumberHandler/), 'Arn'] };
    const [allow, deny] = getNetworkPolicies(template);
    expect(getNetworkPolicies(template)).toEqual([
      expect.objectContaining({ Effect: 'Allow', Resource: '*' }),
      expect.objectContaining({
        Effect: 'Deny',
        Resource: '*',
        Condition: { ArnEquals: { 'lambda:SourceFunctionArn': handler } },
      }),
    ]);
    expect(deny.Action).toEqual(expect.arrayContaining(allow.Action));
    expect(getNetworkPolicies(readTemplate('default'))).toEqual([]);
  });

  it('leaves the VPC with leaveVpc, while the network and the permissions stay', () => {
    const left = readTemplate('static egress that is left');
    expect(getVerifyFunction(left)).not.toHaveProperty('VpcConfig');
    const getNetwork = ({ Resources }: Json) =>
      Object.keys(Resources).filter((id) => /StaticEgress|NetworkInterfaces/.test(id));
    expect(getNetwork(left)).toEqual(getNetwork(template));
  });
});

describe('an existing VPC', () => {
  it('gets the function and its security group, and nothing else', () => {
    const existing = readTemplate('tokens and an existing VPC');
    for (const type of ['VPC', 'NatGateway', 'EIP', 'VPCEndpoint', 'Subnet']) {
      expect([type, count(existing, `AWS::EC2::${type}`)]).toEqual([type, 0]);
    }
    expect(getFrom(existing, 'AWS::EC2::SecurityGroup')).toEqual([
      expect.objectContaining({
        VpcId: 'vpc-0123456789abcdef0',
        SecurityGroupEgress: [expect.objectContaining({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
      }),
    ]);
    expect(getVerifyFunction(existing).VpcConfig.SubnetIds).toEqual([
      'subnet-0123456789abcdef0',
      'subnet-0123456789abcdef1',
    ]);
  });

  it('of the app gives its private subnets, or the given subnets and security groups', () => {
    const subnets = [1, 2, 3].map((n) => ({ Ref: expect.stringMatching(`^VpcPrivateSubnet${n}`) }));
    expect(getVerifyFunction(readTemplate('a given VPC')).VpcConfig.SubnetIds).toEqual(subnets);
    const given = readTemplate('given subnets and security groups');
    expect(getVerifyFunction(given).VpcConfig).toMatchObject({
      SubnetIds: subnets.slice(0, 1),
      SecurityGroupIds: ['sg-01234567'],
    });
    expect(count(given, 'AWS::EC2::SecurityGroup')).toBe(0);
  });
});
