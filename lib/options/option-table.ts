import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { defaultOnFailure, onFailures } from '../../functions/verify-number/attempts/limits.ts';
import {
  defaultSecretPrefix,
  isProblemTypeBase,
  isSecretPrefix,
  limits,
  problemTypeBaseAccepts,
  secretPrefixAccepts,
} from '../../functions/verify-number/config.ts';
import { pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { optional, withDefault } from './define-option.ts';
import { arn, listOf, oneNumberOf, oneOf, text, wholeNumber, yesOrNo } from './option-types.ts';

const { secretTtlSeconds, kaleyraTimeoutMs, tenantRequestsPerMinute } = limits;
const retentionDays = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const keyArn = arn("a KMS key in the stack's region", 'kms', 'key/[A-Za-z0-9-]+', 'key/1234abcd-12ab');
const words = text('1-256 characters without spaces or commas', /^[^\s,]{1,256}$/);

/** The default of `jwtTenantClaim` with `authorization=jwt`. */
export const defaultTenantClaim = 'tenant_id';

/** The options of the construct and the stack. */
export const optionTable = {
  pod: optional(
    oneOf(pods),
    'by region',
    "The Kaleyra pod that the tenants' accounts live on; required in a region without a default pod",
  ),
  secretPrefix: withDefault(
    text(secretPrefixAccepts, isSecretPrefix),
    defaultSecretPrefix,
    "Prefix of a secret's name, followed by the tenant id; the function may read every secret whose name begins with it",
  ),
  secretKeyArn: optional(
    listOf(
      keyArn,
      `the ARNs of one or more KMS keys in the stack's region, separated by commas, such as ${keyArn.exampleArn}`,
    ),
    'the AWS managed key `aws/secretsmanager`',
    'The customer-managed KMS keys that the secrets are encrypted with',
  ),
  secretTtlSeconds: withDefault(
    wholeNumber(secretTtlSeconds.min, secretTtlSeconds.max),
    secretTtlSeconds.default,
    'How long credentials are used before they are read again, in seconds',
  ),
  kaleyraTimeoutMs: withDefault(
    wholeNumber(kaleyraTimeoutMs.min, kaleyraTimeoutMs.max),
    kaleyraTimeoutMs.default,
    "Time limit for all calls to Kaleyra in one request, in milliseconds; the function's timeout is derived from it",
  ),
  throttleRate: withDefault(wholeNumber(1, 10_000), 50, 'HTTP requests allowed per second'),
  throttleBurst: withDefault(wholeNumber(1, 5_000), 100, 'HTTP requests allowed in a burst'),
  memoryMb: withDefault(
    wholeNumber(128, 10_240),
    512,
    "The function's memory, in MB; Lambda allocates CPU in proportion",
  ),
  architecture: withDefault(oneOf(['arm64', 'x86_64']), 'arm64', "The function's processor architecture"),
  logRetentionDays: withDefault(oneNumberOf(retentionDays), 90, 'How long logs are kept, in days'),
  reservedConcurrency: optional(
    wholeNumber(1, 100_000),
    "the account's unreserved concurrency",
    'Concurrency reserved for this function, which is also its limit',
  ),
  provisionedConcurrency: optional(
    wholeNumber(1, 100_000),
    'none',
    'Execution environments kept warm (provisioned concurrency)',
  ),
  releases: withDefault(
    oneOf(['canary', 'linear', 'all-at-once', 'none']),
    'canary',
    'How a new version gets traffic. `canary`: 10 % for 15 minutes, then the rest; `linear`: 10 % more each minute; ' +
      '`all-at-once`: everything after the release check; `none`, for emergencies: CloudFormation moves the traffic ' +
      'without a check, even while an alarm is firing',
  ),
  authorization: withDefault(
    oneOf(['iam', 'jwt']),
    'iam',
    "How HTTP callers authenticate: AWS signatures (IAM), or tokens (JWT) that name the caller's tenants",
  ),
  jwtIssuer: optional(
    text('an https URL', /^https:\/\/[^\s?#]{1,1000}$/),
    'required with `jwt`',
    'The issuer of the tokens; its OpenID configuration gives the signing keys',
  ),
  jwtAudience: optional(
    listOf(words, 'comma-separated audiences'),
    'required with `jwt`',
    'The audiences that are accepted',
  ),
  jwtTenantClaim: optional(
    words,
    `\`${defaultTenantClaim}\` with \`jwt\``,
    "The claim that names the caller's tenants: one tenant id, a list, or a space-separated string",
  ),
  jwtScopes: optional(
    listOf(words, 'comma-separated scopes'),
    'none required',
    'The scopes that are accepted: a token needs at least one of them',
  ),
  countAttempts: withDefault(
    yesOrNo,
    false,
    'Whether a number is locked for a while after five failed attempts in ten minutes, counted in DynamoDB; an attempt does not count if Kaleyra cannot have tried its password',
  ),
  attemptsOnFailure: withDefault(
    oneOf(onFailures),
    defaultOnFailure,
    'With `countAttempts`: what happens to an attempt that cannot be counted because DynamoDB fails',
  ),
  tenantRequestsPerMinute: optional(
    wholeNumber(tenantRequestsPerMinute.min, tenantRequestsPerMinute.max),
    `\`${tenantRequestsPerMinute.default}\` with \`countAttempts\``,
    'With `countAttempts`: how many requests of one tenant are served in a minute',
  ),
  problemTypeBase: optional(
    text(problemTypeBaseAccepts, isProblemTypeBase),
    'problem types are URNs',
    'URL of a page with a section for each failure code, which the `type` of problem details then links to',
  ),
  domainName: optional(
    text('a host name in lower case', /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/),
    "API Gateway's own address",
    "The API's custom domain; API Gateway's own address is then disabled",
  ),
  certificateArn: optional(
    arn(
      "an ACM certificate in the stack's region",
      'acm',
      'certificate/[A-Za-z0-9-]+',
      'certificate/1234abcd-12ab',
    ),
    'required with `domainName`',
    'The certificate of `domainName`',
  ),
  keepDefaultEndpoint: withDefault(
    yesOrNo,
    false,
    "With `domainName`: whether API Gateway's own address stays enabled, until all callers use the domain",
  ),
  tracing: withDefault(yesOrNo, false, "Whether AWS X-Ray traces the function's invocations"),
  staticEgress: withDefault(
    yesOrNo,
    false,
    'Whether the function calls Kaleyra from one fixed IP address, through a VPC created for it',
  ),
  egressAllocationId: optional(
    text('the allocation id of an Elastic IP address, eipalloc-…', /^eipalloc-[0-9a-f]{8,17}$/),
    'a new address',
    "With `staticEgress`: an existing Elastic IP address to use, for example the one that is on Kaleyra's allow-lists",
  ),
  vpcId: optional(
    text('the id of a VPC, vpc-…', /^vpc-[0-9a-f]{8,17}$/),
    'none',
    'An existing VPC to run the function in; its NAT determines the address that Kaleyra sees',
  ),
  subnetIds: optional(
    listOf(text('the id of a subnet', /^subnet-[0-9a-f]{8,17}$/), 'comma-separated ids of subnets, subnet-…'),
    'required with `vpcId`',
    'Private subnets of `vpcId` that reach the internet through its NAT',
  ),
  leaveVpc: withDefault(
    yesOrNo,
    false,
    'The first of two steps to leave a VPC: the function no longer uses it, but the network of `staticEgress` or `vpcId` stays until old versions are deleted',
  ),
  alarmTopicArn: optional(
    arn("an SNS topic in the stack's region", 'sns', '[A-Za-z0-9_-]+', 'alarms'),
    'no notification',
    'The SNS topic that alarms are sent to',
  ),
  alarmEmail: optional(
    text('an e-mail address', /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/),
    'no notification',
    'The e-mail address that alarms are sent to, through an SNS topic created for it',
  ),
  expectTrafficEvery: optional(
    wholeNumber(5, 1440),
    'silence is not an alarm',
    'An alarm fires if no request arrives for this number of minutes',
  ),
  logKeyArn: optional(
    keyArn,
    'encryption that CloudWatch Logs manages',
    'The customer-managed KMS key that encrypts the logs; its policy must allow CloudWatch Logs to use it',
  ),
  removalPolicy: withDefault(
    oneOf(['retain', 'destroy']),
    'retain',
    'What happens to the logs and the fixed IP address when the stack is deleted',
  ),
} as const;
