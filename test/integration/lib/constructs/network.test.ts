import { describe, expect, it } from '@jest/globals';
import { tokensOnOwnDomainInOwnVpc } from '../../../support/option-sets.ts';
import { propertiesOf as propertiesIn, resourcesOf, templateOf } from '../../../support/synthesize.ts';

const template = templateOf({ staticEgress: true });
const propertiesOf = (type: string) => propertiesIn(template, type);

describe('static egress', () => {
  it('is a VPC over two zones whose one NAT has the address that is an output', () => {
    const gateways = propertiesOf('AWS::EC2::NatGateway');
    expect(gateways).toHaveLength(1);
    const address = expect.stringMatching(/^StaticEgressAddress/);
    expect(gateways[0].AllocationId).toEqual({ 'Fn::GetAtt': [address, 'AllocationId'] });
    expect(template.findOutputs('EgressAddress')).toMatchObject({
      EgressAddress: { Value: { 'Fn::GetAtt': [address, 'PublicIp'] } },
    });
    expect(propertiesOf('AWS::EC2::Subnet')).toHaveLength(4);
    expect(propertiesOf('AWS::EC2::FlowLog')).toHaveLength(1);
  });

  it('keeps the address when the stack goes, unless it is to go too: Kaleyra has been told it', () => {
    const policyOf = (removalPolicy: 'retain' | 'destroy') =>
      resourcesOf(templateOf({ staticEgress: true, removalPolicy }), 'AWS::EC2::EIP')[0];
    expect(policyOf('retain')).toMatchObject({ DeletionPolicy: 'Retain' });
    expect(policyOf('destroy')).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('runs the function in the private subnets', () => {
    const [handler] = propertiesOf('AWS::Lambda::Function').filter(({ VpcConfig }) => VpcConfig);
    expect(handler.VpcConfig.SubnetIds).toEqual([
      { Ref: expect.stringMatching(/^StaticEgressVpcFunctionSubnet1/) },
      { Ref: expect.stringMatching(/^StaticEgressVpcFunctionSubnet2/) },
    ]);
  });

  it('lets out HTTPS and nothing else, and lets only the function in to Secrets Manager', () => {
    const groups = propertiesOf('AWS::EC2::SecurityGroup');
    expect(groups.map(({ SecurityGroupEgress }) => SecurityGroupEgress)).toEqual([
      [expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
      [expect.objectContaining({ CidrIp: '255.255.255.255/32' })],
    ]);
    expect(groups.flatMap(({ SecurityGroupIngress }) => SecurityGroupIngress ?? [])).toEqual([]);
    expect(propertiesOf('AWS::EC2::SecurityGroupIngress')).toEqual([
      expect.objectContaining({
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: {
          'Fn::GetAtt': [expect.stringMatching(/^StaticEgressFunctionSecurityGroup/), 'GroupId'],
        },
      }),
    ]);
  });

  it('reaches Secrets Manager by an endpoint that serves the function’s role, for its secrets alone', () => {
    expect(propertiesOf('AWS::EC2::VPCEndpoint')).toEqual([
      expect.objectContaining({
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: '*' },
              Action: 'secretsmanager:GetSecretValue',
              Resource: {
                'Fn::Join': [
                  '',
                  ['arn:aws:secretsmanager:ap-south-1:', { Ref: 'AWS::AccountId' }, ':secret:kaleyra/*'],
                ],
              },
              Condition: {
                ArnEquals: {
                  'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberRole/), 'Arn'] },
                },
              },
            },
          ],
        },
      }),
    ]);
  });
});

describe('a VPC that exists', () => {
  const existing = templateOf(tokensOnOwnDomainInOwnVpc);

  it('is given the function and its security group, and nothing else', () => {
    const made = [
      'AWS::EC2::VPC',
      'AWS::EC2::NatGateway',
      'AWS::EC2::EIP',
      'AWS::EC2::VPCEndpoint',
      'AWS::EC2::Subnet',
    ];
    for (const type of made) existing.resourceCountIs(type, 0);
    expect(resourcesOf(existing, 'AWS::EC2::SecurityGroup')).toEqual([
      expect.objectContaining({ Properties: expect.objectContaining({ VpcId: 'vpc-0123456789abcdef0' }) }),
    ]);
    existing.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] },
    });
  });
});
