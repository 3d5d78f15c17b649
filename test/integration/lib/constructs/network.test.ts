import { describe, expect, it } from '@jest/globals';
import { InvalidOptions } from '../../../../lib/options/parse-options.ts';
import { createStack, synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { tokensAndExistingVpc } from '../../../support/option-sets.ts';
import { getResources, getProperties as propertiesIn } from '../../../support/templates.ts';

const template = synthesizeTemplate({ staticEgress: true, countAttempts: true });
const getProperties = (type: string) => propertiesIn(template, type);
const onlyRole = {
  ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberRole/), 'Arn'] } },
};
const verifyNumberIn = (found = template) =>
  propertiesIn(found, 'AWS::Lambda::Function').find(({ Environment }) => Environment?.Variables.KALEYRA_POD);
const getNetworkPolicy = (found = template) =>
  propertiesIn(found, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) =>
      JSON.stringify(Action).includes('NetworkInterface'),
    ),
  );

describe('static egress', () => {
  it('is a VPC in two zones with one NAT, whose address is an output', () => {
    const gateways = getProperties('AWS::EC2::NatGateway');
    expect(gateways).toHaveLength(1);
    const address = expect.stringMatching(/^StaticEgressAddress/);
    expect(gateways[0].AllocationId).toEqual({ 'Fn::GetAtt': [address, 'AllocationId'] });
    expect(template.findOutputs('EgressAddress')).toMatchObject({
      EgressAddress: { Value: { 'Fn::GetAtt': [address, 'PublicIp'] } },
    });
    expect(getProperties('AWS::EC2::Subnet')).toHaveLength(4);
    expect(getProperties('AWS::EC2::FlowLog')).toHaveLength(1);
  });

  it('retains the address when the stack is deleted, unless removalPolicy is destroy', () => {
    const getPolicy = (removalPolicy: 'retain' | 'destroy') =>
      getResources(synthesizeTemplate({ staticEgress: true, removalPolicy }), 'AWS::EC2::EIP')[0];
    expect(getPolicy('retain')).toMatchObject({ DeletionPolicy: 'Retain' });
    expect(getPolicy('destroy')).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('uses an existing address with egressAllocationId, and creates none', () => {
    const existing = synthesizeTemplate({
      staticEgress: true,
      egressAllocationId: 'eipalloc-0123456789abcdef0',
    });
    existing.hasResourceProperties('AWS::EC2::NatGateway', { AllocationId: 'eipalloc-0123456789abcdef0' });
    existing.resourceCountIs('AWS::EC2::EIP', 0);
    expect(existing.findOutputs('EgressAddress')).toEqual({});
  });

  it('runs the function in the private subnets', () => {
    expect(verifyNumberIn().VpcConfig.SubnetIds).toEqual([
      { Ref: expect.stringMatching(/^StaticEgressVpcFunctionSubnet1/) },
      { Ref: expect.stringMatching(/^StaticEgressVpcFunctionSubnet2/) },
    ]);
  });

  it('allows outgoing HTTPS only, and lets only the function connect to Secrets Manager', () => {
    const groups = getProperties('AWS::EC2::SecurityGroup');
    expect(groups.map(({ SecurityGroupEgress }) => SecurityGroupEgress)).toEqual([
      [expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
      [expect.objectContaining({ CidrIp: '255.255.255.255/32' })],
    ]);
    expect(groups.flatMap(({ SecurityGroupIngress }) => SecurityGroupIngress ?? [])).toEqual([]);
    expect(getProperties('AWS::EC2::SecurityGroupIngress')).toEqual([
      expect.objectContaining({
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: {
          'Fn::GetAtt': [expect.stringMatching(/^StaticEgressFunctionSecurityGroup/), 'GroupId'],
        },
      }),
    ]);
  });

  it('has endpoints that let only the function’s role read secrets and count attempts', () => {
    const table = { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberAttemptsTable/), 'Arn'] };
    const secrets = {
      'Fn::Join': ['', ['arn:aws:secretsmanager:ap-south-1:', { Ref: 'AWS::AccountId' }, ':secret:*']],
    };
    const allow = (Action: unknown, Resource: unknown) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource, Condition: onlyRole }],
    });
    expect(getProperties('AWS::EC2::VPCEndpoint')).toEqual([
      expect.objectContaining({
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        PolicyDocument: allow('secretsmanager:GetSecretValue', secrets),
      }),
      expect.objectContaining({
        VpcEndpointType: 'Gateway',
        PolicyDocument: allow(['dynamodb:DeleteItem', 'dynamodb:UpdateItem'], table),
      }),
    ]);
  });

  it('has no endpoint of DynamoDB without attempt counting', () => {
    synthesizeTemplate({ staticEgress: true }).resourceCountIs('AWS::EC2::VPCEndpoint', 1);
  });

  it('keeps the logs of its custom resource as long as the other logs', () => {
    const logGroups = template.findResources('AWS::Logs::LogGroup');
    const id = Object.keys(logGroups).find((name) => name.startsWith('StaticEgressCustomResourceLogs')) ?? '';
    expect(logGroups[id]).toMatchObject({ Properties: { RetentionInDays: 90 }, DeletionPolicy: 'Retain' });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: '__entrypoint__.handler',
      LoggingConfig: { LogGroup: { Ref: id } },
    });
  });
});

describe('the function in a VPC', () => {
  const allowed = { Effect: 'Allow', Resource: '*' };
  const denied = {
    Effect: 'Deny',
    Resource: '*',
    Condition: {
      ArnEquals: {
        'lambda:SourceFunctionArn': { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberHandler/), 'Arn'] },
      },
    },
  };

  it('lets Lambda manage network interfaces, but not its own code', () => {
    expect(getNetworkPolicy()).toEqual([expect.objectContaining(allowed), expect.objectContaining(denied)]);
    const [allow, deny] = getNetworkPolicy();
    expect(deny.Action).toEqual(expect.arrayContaining(allow.Action));
  });

  it('has no such permissions without a VPC', () => {
    expect(getNetworkPolicy(synthesizeTemplate())).toEqual([]);
  });

  it('leaves the VPC with leaveVpc, while the network and the permissions stay', () => {
    const left = synthesizeTemplate({ staticEgress: true, countAttempts: true, leaveVpc: true });
    expect(verifyNumberIn(left)).not.toHaveProperty('VpcConfig');
    const networkIn = ({ Resources }: ReturnType<typeof left.toJSON>) =>
      Object.keys(Resources).filter((id) => /^StaticEgress|NetworkInterfaces/.test(id));
    expect(networkIn(left.toJSON())).toEqual(networkIn(template.toJSON()));
  });

  it('rejects leaveVpc without a VPC', () => {
    expect(() => createStack({ leaveVpc: true })).toThrow(
      new InvalidOptions(['Option leaveVpc has an effect only with staticEgress=true or a VPC.']),
    );
  });
});

describe('an existing VPC', () => {
  const existing = synthesizeTemplate(tokensAndExistingVpc);

  it('gets the function and its security group, and nothing else', () => {
    const created = [
      'AWS::EC2::VPC',
      'AWS::EC2::NatGateway',
      'AWS::EC2::EIP',
      'AWS::EC2::VPCEndpoint',
      'AWS::EC2::Subnet',
    ];
    for (const type of created) existing.resourceCountIs(type, 0);
    expect(getResources(existing, 'AWS::EC2::SecurityGroup')).toEqual([
      expect.objectContaining({ Properties: expect.objectContaining({ VpcId: 'vpc-0123456789abcdef0' }) }),
    ]);
    existing.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] },
    });
  });
});
