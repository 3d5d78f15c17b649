import type { deploymentOptionTable } from '../../lib/options/deployment-option-table.ts';
import type { OptionName } from './option-examples.ts';

/** What a change of the option means for traffic, and how to do it safely. */
export const optionEffects: Readonly<Record<OptionName, string>> = {
  pod: 'During the release both pods are used, and tenants of one fail. Use a second `stage` and move the tenants',
  secretPrefix: "Copy the tenants' secrets to the new prefix first; delete the old ones after the release",
  secretKeyArn: "No release and no canary. See Change the secrets' key",
  secretTtlSeconds: 'None',
  kaleyraTimeoutMs: "Latency's threshold changes before the release ends",
  throttleRate: 'Immediate',
  throttleBurst: 'Immediate',
  memoryMb: 'None',
  architecture: 'None',
  logRetentionDays: 'A shorter time deletes older events',
  reservedConcurrency: 'Immediate; a value below the current use throttles',
  provisionedConcurrency: 'Immediate; Lambda needs some minutes',
  releases: 'Counts for the deployment that contains it',
  authorization: 'All callers must change at that moment. Use a second `stage`',
  jwtIssuer: 'Tokens of the old issuer fail immediately. Use a second `stage`',
  jwtAudience: 'Give both audiences until all callers use the new one',
  jwtTenantClaim: 'Issue tokens with both claims first',
  jwtScopes: 'Immediate; give both scopes until all callers use the new one',
  countAttempts: 'None; counts are lost when it is turned off',
  attemptsOnFailure: 'None',
  tenantRequestsPerMinute: 'None',
  problemTypeBase: 'Callers that compare `type` must accept both values during the release',
  domainName: 'See Move callers to a domain',
  certificateArn: 'None',
  keepDefaultEndpoint: "Off: API Gateway's own address stops immediately",
  tracing: 'Off: the old version loses its traces, not requests',
  staticEgress:
    "On: reserve an address, add it to Kaleyra's allow-lists, and give it as `egressAllocationId`. Off: see Leave a VPC",
  egressAllocationId: 'Add the new address to the allow-lists first. Connections break for some seconds',
  vpcId: "On: add the NAT's address to the allow-lists first. Change, off: see Leave a VPC",
  subnetIds: 'Delete the old versions before you delete the old subnets',
  leaveVpc: 'See Leave a VPC',
  alarmTopicArn: 'None',
  alarmEmail: 'The new address must confirm the subscription',
  expectTrafficEvery: 'None',
  logKeyArn: 'Keep the old key until the events that it encrypted have expired',
  removalPolicy: 'Deploy it before you remove the stack',
};

/** The same for the options of `npx cdk deploy` only. */
export const deploymentOptionEffects: Readonly<Record<keyof typeof deploymentOptionTable, string>> = {
  regions: 'A region that is removed keeps its stack. See Remove the stack',
  stage:
    'Another stage is another stack. The old one stays. Two stacks in one account and region need different values of `secretPrefix`; stages have them by default',
  passwordWorkflow:
    "Off: synth prints the commands that remove the workflow's stack. Until then it keeps running, and the main stack cannot be deleted",
  terminationProtection: 'Immediate, without effect on traffic',
  verifyRoleArns: 'A role that is removed gets 403 immediately',
  invokeRoleArns: 'As `verifyRoleArns`, for direct calls',
  answerRoleArns: 'As `verifyRoleArns`, for password requests',
};
