import { variables } from '../../functions/verify-number/config.ts';
import { parseDefinition } from '../templates/read-definition.ts';
import {
  billedSeconds,
  hoursPerMonth,
  outcomesInEachHour,
  queueRequestsPerPassword,
  secretReadsPerVerification,
  tableWritesPerVerification,
} from './assumptions.ts';
import { countStateTransitions } from './count-state-transitions.ts';
import { countFunctionMetrics, measureAccessLog, measureFunctionLog } from './measure-logs.ts';
import { addQuantities, type Quantities } from './prices.ts';

/** What a stack uses. */
export interface Usage {
  readonly monthly: Quantities;
  readonly perVerification: Quantities;
}

/** The properties that costs depend on, of all types of resources. */
interface Properties {
  readonly AccessLogSettings?: { readonly Format: string };
  readonly Architectures?: readonly string[];
  readonly DefinitionString?: unknown;
  readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
  readonly MemorySize?: number;
  readonly MetricTransformations?: readonly unknown[];
  readonly Metrics?: readonly { readonly MetricStat?: unknown }[];
  readonly ProvisionedConcurrencyConfig?: { readonly ProvisionedConcurrentExecutions: number };
  readonly RetentionInDays?: number;
  readonly SubnetIds?: readonly unknown[];
  readonly TracingConfig?: { readonly Mode: string };
  readonly VpcEndpointType?: string;
}

/** A synthesized template: the parts that costs depend on. */
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
}

const gigabyte = 1024 ** 3;
const secondsPerMonth = hoursPerMonth * 3600;

/** Resources without a charge of their own, or with one below a cent a month: notifications, releases, permissions. */
const free =
  /^AWS::(ApiGatewayV2::(Api|ApiMapping|Authorizer|DomainName|Integration|Route)|CDK::Metadata|CloudFormation::|CodeDeploy::|EC2::(FlowLog|InternetGateway|Route|RouteTable|SecurityGroup|SecurityGroupEgress|SecurityGroupIngress|Subnet|SubnetRouteTableAssociation|VPC|VPCGatewayAttachment)$|IAM::|Lambda::(EventInvokeConfig|Permission|Version)|Logs::(LogGroup|QueryDefinition|ResourcePolicy)|SNS::|SQS::QueuePolicy)|^Custom::/;

/**
 * Reads from a template what its stack uses in a month and for each verification.
 * @throws Error for a type of resource whose costs are unknown
 */
export const getTemplateUsage = ({ Resources }: TemplateJson): Usage => {
  const resources = Object.values(Resources);
  const verifier = resources.find(isVerifier)?.Properties;
  const retentionMonths =
    (resources.find(({ Type }) => Type === 'AWS::Logs::LogGroup')?.Properties?.RetentionInDays ?? 0) / 30;
  const logs = (bytes: number): Quantities => ({
    logGbIngested: bytes / gigabyte,
    logGbMonth: (bytes / gigabyte) * retentionMonths,
  });
  const memoryGb = (verifier?.MemorySize ?? 0) / 1024;
  const isArm = verifier?.Architectures?.[0] === 'arm64';

  const usages = resources.map((resource): Partial<Usage> => {
    const { Type, Properties: properties = {} } = resource;
    switch (Type) {
      case 'AWS::ApiGatewayV2::Stage':
        return {
          perVerification: addQuantities(
            { httpRequest: 1 },
            logs(measureAccessLog(properties.AccessLogSettings?.Format ?? '')),
          ),
        };
      case 'AWS::CloudWatch::Alarm': {
        const metrics = properties.Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
        return { monthly: { alarmMetric: metrics } };
      }
      case 'AWS::CloudWatch::Dashboard':
        return { monthly: { dashboard: 1 } };
      case 'AWS::DynamoDB::Table':
        return { perVerification: { tableWrite: tableWritesPerVerification } };
      case 'AWS::EC2::EIP':
        return { monthly: { publicIpv4Hour: hoursPerMonth } };
      case 'AWS::EC2::NatGateway':
        return { monthly: { natHour: hoursPerMonth } };
      case 'AWS::EC2::VPCEndpoint':
        if (properties.VpcEndpointType !== 'Interface') return {};
        return { monthly: { endpointHour: hoursPerMonth * (properties.SubnetIds?.length ?? 0) } };
      case 'AWS::KMS::Key':
        return { monthly: { kmsKey: 1 } };
      case 'AWS::Lambda::Alias': {
        const environments = properties.ProvisionedConcurrencyConfig?.ProvisionedConcurrentExecutions ?? 0;
        const gbSeconds = environments * memoryGb * secondsPerMonth;
        return { monthly: { [isArm ? 'armProvisionedGbSecond' : 'x86ProvisionedGbSecond']: gbSeconds } };
      }
      case 'AWS::Lambda::Function':
        // Other functions run during deployments only.
        if (!isVerifier(resource)) return {};
        return {
          monthly: { customMetric: countFunctionMetrics(outcomesInEachHour) },
          perVerification: addQuantities(
            {
              invocation: 1,
              [isArm ? 'armGbSecond' : 'x86GbSecond']: memoryGb * billedSeconds,
              secretCall: secretReadsPerVerification,
              ...(properties.TracingConfig?.Mode === 'Active' && { trace: 1 }),
            },
            logs(measureFunctionLog()),
          ),
        };
      case 'AWS::Logs::MetricFilter':
        return { monthly: { customMetric: properties.MetricTransformations?.length ?? 0 } };
      case 'AWS::SecretsManager::Secret':
        return { monthly: { secret: 1 } };
      case 'AWS::SQS::Queue':
        return { perVerification: { queueRequest: queueRequestsPerPassword } };
      case 'AWS::StepFunctions::StateMachine':
        return {
          perVerification: {
            stateTransition: countStateTransitions(parseDefinition(properties.DefinitionString)),
            trace: 1,
          },
        };
      default:
        if (free.test(Type)) return {};
        throw new Error(`The costs of ${Type} are unknown. Add it to scripts/costs/template-usage.ts.`);
    }
  });
  return {
    monthly: addQuantities(...usages.map(({ monthly = {} }) => monthly)),
    perVerification: addQuantities(...usages.map(({ perVerification = {} }) => perVerification)),
  };
};

const isVerifier = ({ Type, Properties }: TemplateJson['Resources'][string]): boolean =>
  Type === 'AWS::Lambda::Function' && Properties?.Environment?.Variables[variables.kaleyraPod] !== undefined;
