import { Annotations, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnEIP,
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionNetwork } from './function.ts';
import type { LogSettings } from './log-settings.ts';

export interface StaticEgressProps {
  /** Whether the function also calls DynamoDB, which is then reached without the NAT too. */
  readonly withDynamoDb: boolean;
  /** Of the flow logs. */
  readonly logs: LogSettings;
  /** Of the address, which is on Kaleyra's allow-lists. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A VPC over two zones, out of which the function calls from one fixed address. Secrets Manager is reached through an
 * endpoint inside, so that no secret passes the NAT. One NAT: a second would be a second address to tell Kaleyra.
 */
export class StaticEgress extends Construct {
  readonly network: FunctionNetwork;
  /** The address that Kaleyra sees, to put on a key's allow-list. */
  readonly address: string;
  private readonly secretsManager;

  constructor(scope: Construct, id: string, { withDynamoDb, logs, removalPolicy }: StaticEgressProps) {
    super(scope, id);
    const eip = new CfnEIP(this, 'Address', { domain: 'vpc' });
    eip.applyRemovalPolicy(removalPolicy);
    this.address = eip.attrPublicIp;
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [eip.attrAllocationId] }),
      subnetConfiguration: [
        { name: 'Nat', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Function', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
      ],
      flowLogs: {
        All: {
          destination: FlowLogDestination.toCloudWatchLogs(new LogGroup(this, 'FlowLogs', logs)),
        },
      },
    }) as IVpc;
    const securityGroup = functionSecurityGroup(this, vpc);
    const endpointSecurityGroup = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc,
      description: 'Secrets Manager, for the function alone',
      allowAllOutbound: false,
    });
    endpointSecurityGroup.addIngressRule(securityGroup, Port.HTTPS, 'The function');
    const subnets = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
    this.secretsManager = vpc.addInterfaceEndpoint('SecretsManager', {
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      subnets,
      securityGroups: [endpointSecurityGroup],
      open: false,
    });
    if (withDynamoDb) vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    this.network = { vpc, vpcSubnets: subnets, securityGroups: [securityGroup] };
  }

  /** Makes the endpoint let this role read these secrets, and nobody do anything else. */
  allowSecrets(role: IRole, secretsArn: string): void {
    this.secretsManager.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secretsArn],
        conditions: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    );
  }
}

/** The network of a VPC that exists: nothing is made in it but the function's security group, nothing is looked up. */
export const existingNetwork = (
  scope: Construct,
  vpcId: string,
  subnetIds: readonly string[],
): FunctionNetwork => {
  // The zone would matter only to a choice of subnets, and these are chosen.
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones: ['any'] });
  const subnets = subnetIds.map((subnetId) => {
    const subnet = Subnet.fromSubnetId(scope, subnetId, subnetId);
    // Correct here: no route is added to an existing VPC.
    Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
    return subnet;
  });
  return functionNetwork(scope, vpc, { subnets });
};

/** The given VPC, with a new security group unless groups are given. */
export const functionNetwork = (
  scope: Construct,
  vpc: IVpc,
  vpcSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
  securityGroups: readonly ISecurityGroup[] = [functionSecurityGroup(scope, vpc)],
): FunctionNetwork => ({ vpc, vpcSubnets, securityGroups: [...securityGroups] });

/** Out by HTTPS and nothing else; nothing in. Kaleyra publishes no addresses to narrow it to. */
const functionSecurityGroup = (scope: Construct, vpc: IVpc): SecurityGroup => {
  const group = new SecurityGroup(scope, 'FunctionSecurityGroup', {
    vpc,
    description: `The function of ${Stack.of(scope).stackName}`,
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'Kaleyra, and AWS by HTTPS');
  return group;
};
