/** Every option of `npx cdk deploy`. Its name and value come as text from the context (`-c name=value`, cdk.json). */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { limits } from '../../functions/verify-number/config.ts';
import { defaultTenantClaim, propDefaults, propRules } from '../constructs/number-verification-props.ts';
import { arn, listOf, oneNumberOf, oneOf, text, wholeNumber, yesOrNo } from '../values/value-kinds.ts';
import { option } from './define-option.ts';
import {
  alarmSelection,
  listOfRoles,
  regionsWithOptions,
  rolesByTenant,
  trueOrEventBus,
} from './option-kinds.ts';

const { secretTtlSeconds, kaleyraTimeoutMs, tenantRequestsPerMinute } = limits;
const retentionDays = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const exampleId = '00000000-0000-0000-0000-000000000000';
const otherId = exampleId.replaceAll('0', '1');
const getExampleArn = (service: string, resource: string) =>
  `arn:aws:${service}:ap-south-1:111122223333:${resource}`;
const [exampleKey, otherKey] = [exampleId, otherId].map((id) => getExampleArn('kms', `key/${id}`)) as [
  string,
  string,
];
const keyArn = arn("a KMS key in the stack's region", 'kms', 'key/[A-Za-z0-9-]+', `key/${exampleId}`);
const exampleRole = 'arn:aws:iam::111122223333:role/backend';

/** The default of `secretPrefix` with a stage. Stages are separate deployments, so they do not share secrets. */
export const getStageSecretPrefix = (stage: string): string => `kaleyra-${stage}/`;

export const optionTable = {
  regions: option({
    kind: regionsWithOptions,
    default: "the CLI's current region",
    describes:
      'The regions to deploy to, one stack in each (`cdk deploy --all`); an object sets options for each region',
    change: 'A region that is removed keeps its stack. See [Remove](runbook.md#remove-the-stack)',
    examples: ['ap-south-1,eu-west-1', 'eu-west-1'],
  }),
  stage: option({
    kind: text('1-20 characters from a-z 0-9 -, starting with a letter', /^[a-z][a-z0-9-]{0,19}$/),
    default: 'none',
    describes:
      'Becomes part of the names of stacks and alarms, so that several stages can run in one account; with a stage, ' +
      `\`secretPrefix\` is \`${getStageSecretPrefix('<stage>')}\` by default`,
    change: 'Another stage is another stack. The old one stays',
    examples: ['staging', 'test'],
  }),
  pod: option({
    ...propRules.pod,
    default: 'by region',
    describes:
      "The Kaleyra pod that the tenants' accounts live on; required in a region without a default pod",
    change:
      'New version. During the release both pods are used, and tenants of one fail: use a second `stage` and move the tenants',
    examples: ['EU', 'SG'],
  }),
  secretPrefix: option({
    ...propRules.secretPrefix,
    default: propDefaults.secretPrefix,
    describes:
      "Prefix of a secret's name, followed by the tenant id; the function may read every secret whose name begins with it",
    change:
      "New version; replaces the permissions and the reserved secret. Copy the tenants' secrets to the new prefix first; delete the old ones after the release",
    examples: ['one/', 'two/'],
  }),
  secretKeyArn: option({
    kind: listOf(
      keyArn,
      `the ARNs of one or more KMS keys in the stack's region, separated by commas, such as ${exampleKey}`,
    ),
    default: 'the AWS managed key `aws/secretsmanager`',
    describes: 'The customer-managed KMS keys that the secrets are encrypted with',
    change:
      "Immediate, without a release; replaces the permissions. See [Change the secrets' key](runbook.md#change-the-secrets-key)",
    examples: [exampleKey, `${otherKey},${exampleKey}`],
  }),
  secretTtlSeconds: option({
    kind: wholeNumber(secretTtlSeconds.min, secretTtlSeconds.max),
    default: secretTtlSeconds.default,
    describes: 'How long credentials are used before they are read again, in seconds',
    change: 'New version',
    examples: ['60', '90'],
  }),
  kaleyraTimeoutMs: option({
    kind: wholeNumber(kaleyraTimeoutMs.min, kaleyraTimeoutMs.max),
    default: kaleyraTimeoutMs.default,
    describes:
      "Time limit for all calls to Kaleyra in one request, in milliseconds; the function's timeout is derived from it",
    change: 'New version. The threshold of the alarm Latency changes before the release ends',
    examples: ['5000', '15000'],
  }),
  throttleRate: option({
    ...propRules.throttleRate,
    default: propDefaults.throttleRate,
    describes:
      'HTTP requests per second that the API accepts from all callers together. The defaults accept 90 × 10 + 100 = 1,000 ' +
      'requests within `kaleyraTimeoutMs` (10 s), which is the ' +
      '[default concurrency](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html) of all functions of ' +
      'an account and Region',
    change: 'Immediate',
    examples: ['5', '10'],
  }),
  throttleBurst: option({
    ...propRules.throttleBurst,
    default: propDefaults.throttleBurst,
    describes: 'HTTP requests that the API accepts in a burst; see `throttleRate`',
    change: 'Immediate',
    examples: ['5', '10'],
  }),
  memoryMb: option({
    ...propRules.memoryMb,
    default: propDefaults.memoryMb,
    describes: "The function's memory, in MB; Lambda allocates CPU in proportion",
    change: 'New version',
    examples: ['1024', '2048'],
  }),
  architecture: option({
    kind: oneOf(['arm64', 'x86_64']),
    default: propDefaults.architecture.name,
    describes: "The function's processor architecture",
    change: 'New version',
    examples: ['x86_64'],
  }),
  reservedConcurrency: option({
    ...propRules.reservedConcurrency,
    default: "the account's unreserved concurrency",
    describes: 'Concurrency reserved for this function, which is also its limit',
    change: 'Immediate; a value below the current use throttles',
    examples: ['10', '20'],
  }),
  provisionedConcurrency: option({
    ...propRules.provisionedConcurrency,
    default: 'none',
    describes: 'Execution environments kept warm (provisioned concurrency)',
    change: 'Immediate; Lambda needs some minutes',
    examples: ['1', '2'],
  }),
  tracing: option({
    ...propRules.tracing,
    default: false,
    describes: "Whether AWS X-Ray traces the function's invocations",
    change: 'New version. Off: the old version loses its traces, not requests',
    examples: ['true'],
  }),
  releases: option({
    ...propRules.releases,
    default: propDefaults.releases,
    describes:
      'How a new version gets traffic. `canary`: 10 % for 15 minutes, then the rest; `linear`: 10 % more each minute; ' +
      '`all-at-once`: everything after the release check; `none`, for emergencies: CloudFormation moves the traffic ' +
      'without a check, even while an alarm is firing. `none` with `alarms=false` creates nothing of what releases need',
    change: 'Counts for the deployment that contains it',
    examples: ['none', 'linear'],
  }),
  releaseCheckSecret: option({
    ...propRules.releaseCheckSecret,
    default: propDefaults.releaseCheckSecret,
    describes:
      'The secret `_release-check` under `secretPrefix`, which release checks read: `create` it, or use the `existing` one ' +
      'of another deployment with the same prefix in this account and Region',
    change:
      'To `existing`: deletes the secret, so another deployment must create it before the next release. The deployment that ' +
      'creates it must not be removed before the others',
    examples: ['existing'],
  }),
  authorization: option({
    ...propRules.authorization,
    default: propDefaults.authorization,
    describes:
      "How HTTP callers authenticate: AWS signatures (IAM), or tokens (JWT) that name the caller's tenants",
    change:
      'New version; replaces the authorizer. All callers must change at that moment: use a second `stage`',
    examples: ['jwt'],
  }),
  jwtIssuer: option({
    ...propRules.jwtIssuer,
    default: 'none',
    describes: 'The issuer of the tokens; its OpenID configuration gives the signing keys',
    change: 'Immediate. Tokens of the old issuer fail: use a second `stage`',
    examples: ['https://issuer.example.com', 'https://other.example.com'],
  }),
  jwtAudience: option({
    ...propRules.jwtAudience,
    kind: listOf(propRules.jwtAudience.kind, 'comma-separated audiences'),
    default: 'none',
    describes: 'The audiences that are accepted',
    change: 'Immediate. Give both audiences until all callers use the new one',
    examples: ['verify', 'other'],
  }),
  jwtTenantClaim: option({
    ...propRules.jwtTenantClaim,
    needs: ['authorization=jwt'],
    default: `\`${defaultTenantClaim}\` with \`jwt\``,
    describes:
      "The claim that names the caller's tenants: one tenant id, a list, or a space-separated string",
    change: 'New version. Issue tokens with both claims first',
    examples: ['org', 'tenants'],
  }),
  jwtScopes: option({
    ...propRules.jwtScopes,
    kind: listOf(propRules.jwtScopes.kind, 'comma-separated scopes'),
    needs: ['authorization=jwt'],
    default: 'none required',
    describes: 'The scopes that are accepted: a token needs at least one of them',
    change: 'Immediate. Give both scopes until all callers use the new one',
    examples: ['verify:number', 'other'],
  }),
  countAttempts: option({
    ...propRules.countAttempts,
    default: false,
    describes:
      'Whether a number is locked for a while after five failed attempts in ten minutes, counted in DynamoDB; an attempt does not count if Kaleyra cannot have tried its password',
    change: 'New version; creates or deletes a table. Counts are lost when it is turned off',
    examples: ['true'],
  }),
  attemptsOnFailure: option({
    ...propRules.attemptsOnFailure,
    default: propDefaults.attemptsOnFailure,
    describes: 'What happens to an attempt that cannot be counted because DynamoDB fails',
    change: 'New version',
    examples: ['refuse'],
  }),
  tenantRequestsPerMinute: option({
    ...propRules.tenantRequestsPerMinute,
    default: tenantRequestsPerMinute.default,
    describes: 'How many requests of one tenant are served in a minute',
    change: 'New version',
    examples: ['30', '120'],
  }),
  problemTypeBase: option({
    ...propRules.problemTypeBase,
    default: 'problem types are URNs',
    describes:
      'URL of a page with a section for each failure code, which the `type` of problem details then links to',
    change: 'New version. Callers that compare `type` must accept both values during the release',
    examples: ['https://docs.example.com/a', 'https://docs.example.com/b'],
  }),
  domainName: option({
    ...propRules.domainName,
    default: "API Gateway's own address",
    describes: "The API's custom domain; API Gateway's own address is then disabled",
    change:
      'Immediate; replaces the domain. See [Move callers to a domain](runbook.md#move-callers-to-a-domain)',
    examples: ['verify.example.com', 'other.example.com'],
  }),
  certificateArn: option({
    ...propRules.certificate,
    kind: arn(
      "an ACM certificate in the stack's region",
      'acm',
      'certificate/[A-Za-z0-9-]+',
      `certificate/${exampleId}`,
    ),
    default: 'none',
    describes: 'The certificate of `domainName`',
    change: 'Immediate',
    examples: [
      getExampleArn('acm', `certificate/${exampleId}`),
      getExampleArn('acm', `certificate/${otherId}`),
    ],
  }),
  keepDefaultEndpoint: option({
    ...propRules.keepDefaultEndpoint,
    default: false,
    describes:
      "Whether API Gateway's own address stays enabled next to the domain, until all callers use the domain",
    change: "Immediate. Off: API Gateway's own address stops",
    examples: ['true'],
  }),
  staticEgress: option({
    ...propRules.staticEgress,
    default: false,
    describes: 'Whether the function calls Kaleyra from one fixed IP address, through a VPC created for it',
    change:
      "New version; creates a VPC with a NAT. On: reserve an address, add it to Kaleyra's allow-lists, and give it as `egressAllocationId`. Off: see [Leave a VPC](runbook.md#leave-a-vpc); the address and the logs stay",
    examples: ['true'],
  }),
  egressAllocationId: option({
    ...propRules.egressAllocationId,
    default: 'a new address',
    describes: "An existing Elastic IP address to use, for example the one that is on Kaleyra's allow-lists",
    change:
      'Immediate; replaces the NAT, so connections break for some seconds. Add the new address to the allow-lists first. An address that the stack created stays',
    examples: ['eipalloc-00000000', 'eipalloc-11111111'],
  }),
  vpcId: option({
    ...propRules.vpc,
    kind: text('the id of a VPC, vpc-…', /^vpc-[0-9a-f]{8,17}$/),
    default: 'none',
    describes: 'An existing VPC to run the function in; its NAT determines the address that Kaleyra sees',
    change:
      "New version; replaces the security group. On: add the NAT's address to the allow-lists first. Change, off: see [Leave a VPC](runbook.md#leave-a-vpc)",
    examples: ['vpc-00000000', 'vpc-11111111'],
  }),
  subnetIds: option({
    kind: listOf(
      text('the id of a subnet', /^subnet-[0-9a-f]{8,17}$/),
      'comma-separated ids of subnets, subnet-…',
    ),
    needs: ['vpcId'],
    requiredBy: 'vpcId',
    default: 'none',
    describes: 'Private subnets of `vpcId` that reach the internet through its NAT',
    change: 'New version. Delete the old versions before you delete the old subnets',
    examples: ['subnet-00000000', 'subnet-11111111,subnet-22222222'],
  }),
  leaveVpc: option({
    ...propRules.leaveVpc,
    needs: ['staticEgress', 'vpcId'],
    default: false,
    describes:
      'The first of two steps to leave a VPC: the function no longer uses it, but the network of `staticEgress` or `vpcId` stays until old versions are deleted',
    change: 'New version. See [Leave a VPC](runbook.md#leave-a-vpc)',
    examples: ['true'],
  }),
  alarms: option({
    kind: alarmSelection,
    default: true,
    describes: 'Every alarm and the dashboard, neither (`false`), or everything except the named alarms',
    change: 'Immediate; an alarm that is left out no longer rolls back releases',
    examples: ['false', 'Latency,Throttles'],
  }),
  alarmTopicArn: option({
    ...propRules.alarmTopic,
    kind: arn("an SNS topic in the stack's region", 'sns', '[A-Za-z0-9_-]+', 'alarms'),
    default: 'no notification',
    describes: 'The SNS topic that alarms are sent to',
    change: 'Immediate',
    examples: [getExampleArn('sns', 'one'), getExampleArn('sns', 'two')],
  }),
  alarmEmail: option({
    ...propRules.alarmEmail,
    default: 'no notification',
    describes: 'The e-mail address that alarms are sent to, through an SNS topic created for it',
    change: 'Immediate; replaces the subscription, which the new address must confirm',
    examples: ['one@example.com', 'two@example.com'],
  }),
  expectTrafficEvery: option({
    ...propRules.expectTrafficEvery,
    kind: wholeNumber(5, 1440),
    default: 'silence is not an alarm',
    describes: 'An alarm fires if no request arrives for this number of minutes',
    change: 'Immediate',
    examples: ['60', '120'],
  }),
  outcomeEvents: option({
    kind: trueOrEventBus,
    default: false,
    describes: 'Sends an [event](outcome-events.md) about each outcome to EventBridge',
    change: 'Immediate. Off: deletes the dead-letter queue with its events',
    examples: ['true', getExampleArn('events', 'event-bus/verification')],
  }),
  logRetentionDays: option({
    kind: oneNumberOf(retentionDays),
    default: propDefaults.logRetention,
    describes: 'How long logs are kept, in days',
    change: 'Immediate; a shorter time deletes older events',
    examples: ['365', '30'],
  }),
  logKeyArn: option({
    kind: keyArn,
    default: 'encryption that CloudWatch Logs manages',
    describes:
      'The customer-managed KMS key that encrypts the logs; its policy must allow CloudWatch Logs to use it',
    change: 'Immediate. Keep the old key until the events that it encrypted have expired',
    examples: [exampleKey, otherKey],
  }),
  removalPolicy: option({
    kind: oneOf(['retain', 'destroy']),
    default: 'retain',
    describes:
      'What happens to the logs and the fixed IP address when the stack is deleted; a deployment that fails to create the stack leaves none of them behind',
    change: 'Immediate. Deploy it before you remove the stack',
    examples: ['destroy'],
  }),
  passwordWorkflow: option({
    kind: yesOrNo,
    default: false,
    describes:
      'Whether to deploy a second stack: a workflow that waits for the password, verifies, and asks again. ' +
      'Deploy both with `npx cdk deploy --all`',
    change:
      "Off: synth prints the commands that remove the workflow's stack. Until then it keeps running, and the main stack cannot be deleted",
    examples: ['true'],
  }),
  terminationProtection: option({
    kind: yesOrNo,
    default: false,
    describes: 'Whether the stacks are protected against deletion',
    change: 'Immediate, without effect on traffic',
    examples: ['true'],
  }),
  verifyRoleArns: option({
    kind: rolesByTenant,
    excludes: ['authorization=jwt'],
    default: 'none',
    describes: 'Roles that may verify numbers of one tenant over HTTP',
    change: 'Immediate. A role that is removed gets 403',
    examples: [`acme=${exampleRole}`, `acme=${exampleRole},globex=${exampleRole}`],
  }),
  invokeRoleArns: option({
    kind: listOfRoles,
    default: 'none',
    describes: 'Roles that may invoke the function directly, for all tenants',
    change: 'As `verifyRoleArns`, for direct calls',
    examples: [exampleRole, `${exampleRole},${exampleRole}2`],
  }),
  answerRoleArns: option({
    kind: listOfRoles,
    needs: ['passwordWorkflow'],
    default: 'none',
    describes: 'Roles that may read the password requests and respond to them',
    change: 'As `verifyRoleArns`, for password requests',
    examples: [exampleRole, `${exampleRole},${exampleRole}2`],
  }),
};

type OptionTable = typeof optionTable;
export type OptionName = keyof OptionTable;

/** The values of the options that are set. */
export type Options = {
  readonly [Name in OptionName]?: ReturnType<OptionTable[Name]['kind']['read']>;
};
