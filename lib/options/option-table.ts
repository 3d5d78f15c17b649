/** Every option of `npx cdk deploy`. Its name and value come as text from the context (`-c name=value`, cdk.json). */
import { defaultTenantClaim, propDefaults, propRules } from '../constructs/number-verification-props.ts';
import { awsId, listOf, oneNumberOf, oneOf, yesOrNo } from '../values/value-kinds.ts';
import { type OptionRow, option } from './define-option.ts';
import {
  alarmSelection,
  certificateArn,
  keyArn,
  listOfRoles,
  regionsWithOptions,
  retentionDays,
  rolesByTenant,
  stageName,
  topicArn,
  trueOrEventBus,
} from './option-kinds.ts';

/** The default of `secretPrefix` with a stage. Stages are separate deployments, so they do not share secrets. */
export const getStageSecretPrefix = (stage: string): string => `kaleyra-${stage}/`;

export const optionTable = {
  regions: option(regionsWithOptions, {
    default: "the CLI's current region",
    describes:
      'The regions to deploy to, one stack in each (`cdk deploy --all`); an object sets options for each region',
    change: 'A region that is removed keeps its stack. See [Remove](runbook.md#remove-the-stack)',
  }),
  stage: option(stageName, {
    describes:
      'Becomes part of the names of stacks and alarms, so that several stages can run in one account; with a stage, ' +
      `\`secretPrefix\` is \`${getStageSecretPrefix('<stage>')}\` by default`,
    change: 'Another stage is another stack. The old one stays',
  }),
  pod: option(propRules.pod, {
    default: 'by region',
    describes:
      "The Kaleyra pod that the tenants' accounts live on; required in a region without a default pod",
    change:
      'New version. During the release both pods are used, and tenants of one fail: use a second `stage` and move the tenants',
  }),
  secretPrefix: option(propRules.secretPrefix, {
    describes:
      "Prefix of a secret's name, followed by the tenant id; the function may read every secret whose name begins with it",
    change:
      "New version; replaces the permissions and the reserved secret. Copy the tenants' secrets to the new prefix first; delete the old ones after the release",
  }),
  secretKeyArn: option(listOf(keyArn, `${keyArn.accepts}, or several, separated by commas`), {
    default: 'the AWS managed key `aws/secretsmanager`',
    describes: 'The customer-managed KMS keys that the secrets are encrypted with',
    change:
      "Immediate, without a release; replaces the permissions. See [Change the secrets' key](runbook.md#change-the-secrets-key)",
  }),
  secretTtlSeconds: option(propRules.secretTtl, {
    default: propDefaults.secretTtl.toSeconds(),
    describes: 'How long credentials are used before they are read again, in seconds',
    change: 'New version',
  }),
  kaleyraTimeoutMs: option(propRules.kaleyraTimeout, {
    default: propDefaults.kaleyraTimeout.toMilliseconds(),
    describes:
      "Time limit for all calls to Kaleyra in one request, in milliseconds; the function's timeout is derived from it",
    change: 'New version. The threshold of the alarm Latency changes before the release ends',
  }),
  throttleRate: option(propRules.throttleRate, {
    describes:
      'HTTP requests per second that the API accepts from all callers together. The defaults accept 90 × 10 + 100 = 1,000 ' +
      'requests within `kaleyraTimeoutMs` (10 s), which is the ' +
      '[default concurrency](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html) of all functions of ' +
      'an account and Region',
  }),
  throttleBurst: option(propRules.throttleBurst, {
    describes: 'HTTP requests that the API accepts in a burst; see `throttleRate`',
  }),
  memoryMb: option(propRules.memoryMb, {
    describes: "The function's memory, in MB; Lambda allocates CPU in proportion",
    change: 'New version',
  }),
  architecture: option(oneOf(['arm64', 'x86_64']), {
    default: propDefaults.architecture.name,
    describes: "The function's processor architecture",
    change: 'New version',
  }),
  reservedConcurrency: option(propRules.reservedConcurrency, {
    default: "the account's unreserved concurrency",
    describes: 'Concurrency reserved for this function, which is also its limit',
    change: 'Immediate; a value below the current use throttles',
  }),
  provisionedConcurrency: option(propRules.provisionedConcurrency, {
    describes: 'Execution environments kept warm (provisioned concurrency)',
    change: 'Immediate; Lambda needs some minutes',
  }),
  tracing: option(yesOrNo, {
    describes: "Whether AWS X-Ray traces the function's invocations",
    change: 'New version. Off: the old version loses its traces, not requests',
  }),
  releases: option(propRules.releases, {
    describes:
      'How a new version gets traffic. `canary`: 10 % for 15 minutes, then the rest; `linear`: 10 % more each minute; ' +
      '`all-at-once`: everything after the release check; `none`, for emergencies: CloudFormation moves the traffic ' +
      'without a check, even while an alarm is firing. `none` with `alarms=false` creates nothing of what releases need',
    change: 'Counts for the deployment that contains it',
  }),
  releaseCheckSecret: option(propRules.releaseCheckSecret, {
    describes:
      'The secret `_release-check` under `secretPrefix`, which release checks read: `create` it, or use the `existing` one ' +
      'of another deployment with the same prefix in this account and Region',
    change:
      'To `existing`: deletes the secret, so another deployment must create it before the next release. The deployment that ' +
      'creates it must not be removed before the others',
  }),
  authorization: option(propRules.authorization, {
    describes:
      "How HTTP callers authenticate: AWS signatures (IAM), or tokens (JWT) that name the caller's tenants",
    change:
      'New version; replaces the authorizer. All callers must change at that moment: use a second `stage`',
  }),
  jwtIssuer: option(propRules.jwtIssuer, {
    describes: 'The issuer of the tokens; its OpenID configuration gives the signing keys',
    change: 'Immediate. Tokens of the old issuer fail: use a second `stage`',
  }),
  jwtAudience: option(
    { ...propRules.jwtAudience, kind: listOf(propRules.jwtAudience.kind, 'comma-separated audiences') },
    {
      describes: 'The audiences that are accepted',
      change: 'Immediate. Give both audiences until all callers use the new one',
    },
  ),
  jwtTenantClaim: option(propRules.jwtTenantClaim, {
    needs: ['authorization=jwt'],
    default: `\`${defaultTenantClaim}\` with \`jwt\``,
    describes:
      "The claim that names the caller's tenants: one tenant id, a list, or a space-separated string",
    change: 'New version. Issue tokens with both claims first',
  }),
  jwtScopes: option(
    { ...propRules.jwtScopes, kind: listOf(propRules.jwtScopes.kind, 'comma-separated scopes') },
    {
      needs: ['authorization=jwt'],
      default: 'none required',
      describes: 'The scopes that are accepted: a token needs at least one of them',
      change: 'Immediate. Give both scopes until all callers use the new one',
    },
  ),
  countAttempts: option(yesOrNo, {
    describes:
      'Whether a number, and an id, is locked for a while after five failed attempts in ten minutes, counted in DynamoDB; an attempt does not count if Kaleyra cannot have tried its password',
    change: 'New version; creates or deletes a table. Counts are lost when it is turned off',
  }),
  attemptsOnFailure: option(propRules.attemptsOnFailure, {
    describes: 'What happens to an attempt that cannot be counted because DynamoDB fails',
    change: 'New version',
  }),
  tenantRequestsPerMinute: option(propRules.tenantRequestsPerMinute, {
    describes: 'How many requests of one tenant are served in a minute',
    change: 'New version',
  }),
  problemTypeBase: option(propRules.problemTypeBase, {
    default: 'problem types are URNs',
    describes:
      'URL of a page with a section for each failure code, which the `type` of problem details then links to',
    change: 'New version. Callers that compare `type` must accept both values during the release',
  }),
  domainName: option(propRules.domainName, {
    default: "API Gateway's own address",
    describes: "The API's custom domain; API Gateway's own address is then disabled",
    change:
      'Immediate; replaces the domain. See [Move callers to a domain](runbook.md#move-callers-to-a-domain)',
  }),
  certificateArn: option(
    { ...propRules.certificate, kind: certificateArn },
    {
      describes: 'The certificate of `domainName`',
    },
  ),
  keepDefaultEndpoint: option(
    { ...propRules.keepDefaultEndpoint, kind: yesOrNo },
    {
      describes:
        "Whether API Gateway's own address stays enabled next to the domain, until all callers use the domain",
      change: "Immediate. Off: API Gateway's own address stops",
    },
  ),
  staticEgress: option(yesOrNo, {
    describes: 'Whether the function calls Kaleyra from one fixed IP address, through a VPC created for it',
    change:
      "New version; creates a VPC with a NAT. On: reserve an address, add it to Kaleyra's allow-lists, and give it as `egressAllocationId`. Off: see [Leave a VPC](runbook.md#leave-a-vpc); the address and the logs stay",
  }),
  egressAllocationId: option(propRules.egressAllocationId, {
    default: 'a new address',
    describes: "An existing Elastic IP address to use, for example the one that is on Kaleyra's allow-lists",
    change:
      'Immediate; replaces the NAT, so connections break for some seconds. Add the new address to the allow-lists first. An address that the stack created stays',
  }),
  vpcId: option(
    { ...propRules.vpc, kind: awsId('the id of a VPC', 'vpc') },
    {
      describes: 'An existing VPC to run the function in; its NAT determines the address that Kaleyra sees',
      change:
        "New version; replaces the security group. On: add the NAT's address to the allow-lists first. Change, off: see [Leave a VPC](runbook.md#leave-a-vpc)",
    },
  ),
  subnetIds: option(
    listOf(awsId('the id of a subnet', 'subnet'), 'comma-separated ids of subnets, subnet-…'),
    {
      needs: ['vpcId'],
      requiredBy: 'vpcId',
      describes: 'Private subnets of `vpcId` that reach the internet through its NAT',
      change: 'New version. Delete the old versions before you delete the old subnets',
    },
  ),
  leaveVpc: option(
    { kind: yesOrNo, needs: ['staticEgress', 'vpcId'] },
    {
      describes:
        'The first of two steps to leave a VPC: the function no longer uses it, but the network of `staticEgress` or `vpcId` stays until old versions are deleted',
      change: 'New version. See [Leave a VPC](runbook.md#leave-a-vpc)',
    },
  ),
  alarms: option(alarmSelection, {
    describes: 'Every alarm and the dashboard, neither (`false`), or everything except the named alarms',
    change: 'Immediate; an alarm that is left out no longer rolls back releases',
  }),
  alarmTopicArn: option(
    { ...propRules.alarmTopic, kind: topicArn },
    {
      default: 'no notification',
      describes: 'The SNS topic that alarms are sent to',
    },
  ),
  alarmEmail: option(propRules.alarmEmail, {
    default: 'no notification',
    describes: 'The e-mail address that alarms are sent to, through an SNS topic created for it',
    change: 'Immediate; replaces the subscription, which the new address must confirm',
  }),
  expectTrafficEvery: option(propRules.expectTrafficEvery, {
    default: 'silence is not an alarm',
    describes: 'An alarm fires if no request arrives for this number of minutes',
  }),
  outcomeEvents: option(trueOrEventBus, {
    describes: 'Sends an [event](outcome-events.md) about each outcome to EventBridge',
    change: 'Immediate. Off: deletes the dead-letter queue with its events',
  }),
  logRetentionDays: option(oneNumberOf(retentionDays), {
    default: propDefaults.logRetention,
    describes: 'How long logs are kept, in days',
    change: 'Immediate; a shorter time deletes older events',
  }),
  logKeyArn: option(keyArn, {
    default: 'encryption that CloudWatch Logs manages',
    describes:
      'The customer-managed KMS key that encrypts the logs; its policy must allow CloudWatch Logs to use it',
    change: 'Immediate. Keep the old key until the events that it encrypted have expired',
  }),
  removalPolicy: option(oneOf(['retain', 'destroy']), {
    default: 'retain',
    describes:
      'What happens to the logs and the fixed IP address when the stack is deleted; a deployment that fails to create the stack leaves none of them behind',
    change: 'Immediate. Deploy it before you remove the stack',
  }),
  passwordWorkflow: option(yesOrNo, {
    describes:
      'Whether to deploy a second stack: a workflow that waits for the password, verifies, and asks again. ' +
      'Deploy both with `npx cdk deploy --all`',
    change:
      "Off: synth prints the commands that remove the workflow's stack. Until then it keeps running, and the main stack cannot be deleted",
  }),
  terminationProtection: option(yesOrNo, {
    describes: 'Whether the stacks are protected against deletion',
    change: 'Immediate, without effect on traffic',
  }),
  verifyRoleArns: option(rolesByTenant, {
    excludes: ['authorization=jwt'],
    describes: 'Roles that may verify numbers of one tenant over HTTP',
    change: 'Immediate. A role that is removed gets 403',
  }),
  invokeRoleArns: option(listOfRoles, {
    describes: 'Roles that may invoke the function directly, for all tenants',
    change: 'As `verifyRoleArns`, for direct calls',
  }),
  answerRoleArns: option(listOfRoles, {
    needs: ['passwordWorkflow'],
    describes: 'Roles that may read the password requests and respond to them',
    change: 'As `verifyRoleArns`, for password requests',
  }),
};

/** What applies without the option: a value as with `-c`, or words. */
export const getDefault = (name: string): string => {
  const { default: words, kind }: OptionRow = optionTable[name as OptionName];
  const value: unknown = Object.entries(propDefaults).find(([prop]) => prop === name)?.[1];
  const known = kind.read(value) === undefined ? words : value;
  return String(known ?? (kind === yesOrNo || kind === trueOrEventBus ? false : 'none'));
};

type OptionTable = typeof optionTable;
export type OptionName = keyof OptionTable;

/** The values of the options that are set. */
export type Options = {
  readonly [Name in OptionName]?: ReturnType<OptionTable[Name]['kind']['read']>;
};
