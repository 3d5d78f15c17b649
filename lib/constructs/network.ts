import { ArnFormat, type CfnResource, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnEIP,
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  type InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionNetwork } from './function.ts';
import { countingActions, secretActions } from './function-permissions.ts';
import type { LogSettings } from './log-settings.ts';

interface StaticEgressProps {
  /**
   * Allocation id of an existing Elastic IP address.
   * @default a new address
   */
  readonly allocationId?: string | undefined;
  /** For the flow logs and the custom resource's logs. */
  readonly logs: LogSettings;
  /** For the address, which is on Kaleyra's allow-lists. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A VPC in two zones, from which the function calls Kaleyra with one fixed address. Secrets Manager and DynamoDB have
 * endpoints in the VPC, so that their traffic does not pass the NAT. There is one NAT, because a second one would be a
 * second address for Kaleyra's allow-lists.
 */
export class StaticEgress extends Construct {
  readonly vpc: IVpc;
  readonly network: FunctionNetwork;
  /** The address that Kaleyra sees. `undefined` with `allocationId`, whose address is not known here. */
  readonly address: string | undefined;
  private readonly secretsManager: InterfaceVpcEndpoint;

  constructor(scope: Construct, id: string, props: StaticEgressProps) {
    super(scope, id);
    const { logs } = props;
    const { allocationId, address } =
      props.allocationId === undefined
        ? this.createAddress(props.removalPolicy)
        : { allocationId: props.allocationId, address: undefined };
    this.address = address;
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [allocationId] }),
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
    this.vpc = vpc;
    useLogGroup(this, new LogGroup(this, 'CustomResourceLogs', logs));
    const securityGroup = createSecurityGroup(this, vpc);
    const endpointSecurityGroup = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc,
      description: 'Secrets Manager, for the function only',
      allowAllOutbound: false,
    });
    endpointSecurityGroup.addIngressRule(securityGroup, Port.HTTPS, 'The function');
    this.secretsManager = vpc.addInterfaceEndpoint('SecretsManager', {
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      subnets: privateSubnets,
      securityGroups: [endpointSecurityGroup],
      open: false,
    });
    this.network = { vpc, vpcSubnets: privateSubnets, securityGroups: [securityGroup] };
  }

  /**
   * Lets only this role use the endpoint of Secrets Manager, and only to read. The role's own policies limit it to the
   * tenants' secrets; a prefix here would change while the old version still reads the old prefix.
   */
  allowSecrets(role: IRole): void {
    const secrets = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.secretsManager.addToPolicy(allowOnly(role, secretActions, secrets));
  }

  /** Adds an endpoint of DynamoDB that lets only this role count attempts in the table. */
  allowCounting(role: IRole, tableArn: string): void {
    this.vpc
      .addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB })
      .addToPolicy(allowOnly(role, countingActions, tableArn));
  }

  private createAddress(removalPolicy: RemovalPolicy) {
    const eip = new CfnEIP(this, 'Address', { domain: 'vpc' });
    eip.applyRemovalPolicy(removalPolicy);
    return { allocationId: eip.attrAllocationId, address: eip.attrPublicIp };
  }
}

const privateSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };

/**
 * The policy of a gateway endpoint accepts no principal but `*`, so the role is a condition.
 * Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
const allowOnly = (role: IRole, actions: readonly string[], resource: string): PolicyStatement =>
  new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: [resource],
    conditions: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
  });

/** Makes the function that empties the VPC's default security group write to this log group. */
const useLogGroup = (scope: Construct, logGroup: LogGroup): void => {
  const provider = Stack.of(scope).node.tryFindChild('Custom::VpcRestrictDefaultSGCustomResourceProvider');
  const handler = provider?.node.tryFindChild('Handler') as CfnResource | undefined;
  handler?.addPropertyOverride('LoggingConfig', { LogGroup: logGroup.logGroupName });
};

/** The given VPC, with a new security group unless groups are given. */
export const createNetwork = (
  scope: Construct,
  vpc: IVpc,
  vpcSubnets: SubnetSelection = privateSubnets,
  securityGroups: readonly ISecurityGroup[] = [createSecurityGroup(scope, vpc)],
): FunctionNetwork => ({ vpc, vpcSubnets, securityGroups: [...securityGroups] });

/** Allows outgoing HTTPS only. Kaleyra publishes no addresses to restrict it to. */
const createSecurityGroup = (scope: Construct, vpc: IVpc): SecurityGroup => {
  const group = new SecurityGroup(scope, 'FunctionSecurityGroup', {
    vpc,
    description: `The function of ${Stack.of(scope).stackName}`,
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'Kaleyra, and AWS by HTTPS');
  return group;
};
