import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { isSecretPrefix, limits, onFailures } from '../functions/verify-number/config.ts';
import { pods } from '../functions/verify-number/kaleyra/pods.ts';
import {
  arn,
  listOf,
  type OptionKind,
  oneNumberOf,
  oneOf,
  text,
  wholeNumber,
  yesOrNo,
} from './option-kinds.ts';

export interface OptionRow<T> {
  readonly kind: OptionKind<T>;
  readonly describes: string;
  /** Absent: the option has no value unless one is given. */
  readonly default?: T;
  /** Where there is no default: what happens without a value. */
  readonly without?: string;
}

const withDefault = <T>(kind: OptionKind<T>, preset: NoInfer<T>, describes: string) =>
  ({ kind, describes, default: preset }) satisfies OptionRow<T>;
const optional = <T>(kind: OptionKind<T>, without: string, describes: string) =>
  ({ kind, describes, without }) satisfies OptionRow<T>;

const regionNames = RegionInfo.regions.map(({ name }) => name);
const region = text('an AWS region', (value) => regionNames.includes(value));
const { secretTtlSeconds, kaleyraTimeoutMs } = limits;
const retentionDays = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const words = text('a word', /^[^\s,]{1,256}$/);

/** Every deployment option: the one place that names them. */
export const optionTable = {
  regions: optional(
    listOf(region, 'AWS regions with commas between, such as ap-south-1,eu-west-1, none twice'),
    "the CLI's current region",
    'Where to deploy: one stack in each (`cdk deploy --all`)',
  ),
  pod: optional(
    oneOf(pods),
    'by region',
    "The Kaleyra pod that the tenants' accounts live on, for regions that have no obvious one",
  ),
  secretPrefix: withDefault(
    text('1-256 of the characters A-Z a-z 0-9 / _ + = . @ -', isSecretPrefix),
    'kaleyra/',
    "Put before a tenant id to name the tenant's secret; the function may read what begins with it",
  ),
  secretKeyArn: optional(
    arn("a KMS key in the stack's region", 'kms', 'key/[A-Za-z0-9-]+', 'key/1234abcd-12ab'),
    "AWS's own key for Secrets Manager",
    'The customer-managed KMS key that the secrets are encrypted with',
  ),
  secretTtlSeconds: withDefault(
    wholeNumber(secretTtlSeconds.min, secretTtlSeconds.max),
    secretTtlSeconds.default,
    'How long credentials are used before they are read again, in seconds',
  ),
  kaleyraTimeoutMs: withDefault(
    wholeNumber(kaleyraTimeoutMs.min, kaleyraTimeoutMs.max),
    kaleyraTimeoutMs.default,
    "How long Kaleyra may take over one request, in milliseconds; the function's time-out follows from it",
  ),
  throttleRate: withDefault(wholeNumber(1, 10_000), 50, 'HTTP requests a second that are let in'),
  throttleBurst: withDefault(wholeNumber(1, 5_000), 100, 'HTTP requests at once that are let in'),
  memoryMb: withDefault(wholeNumber(128, 10_240), 512, "The function's memory, in MB; its CPU grows with it"),
  architecture: withDefault(oneOf(['arm64', 'x86_64']), 'arm64', "The function's processor"),
  logRetentionDays: withDefault(oneNumberOf(retentionDays), 90, 'How long logs are kept, in days'),
  reservedConcurrency: optional(
    wholeNumber(1, 100_000),
    "the account's own",
    'Requests that may run at once, which are then kept free for this function',
  ),
  provisionedConcurrency: optional(wholeNumber(1, 100_000), 'none', 'Environments that are kept warm'),
  authorization: withDefault(
    oneOf(['iam', 'jwt']),
    'iam',
    "How HTTP callers sign in: AWS signatures, or tokens that name the caller's tenants",
  ),
  jwtIssuer: optional(
    text('an https URL', /^https:\/\/[^\s?#]{1,1000}$/),
    'needed with `jwt`',
    "The tokens' issuer, whose OpenID configuration says which keys sign them",
  ),
  jwtAudience: optional(
    listOf(words, 'audiences with commas between'),
    'needed with `jwt`',
    'A token must be for one of these',
  ),
  jwtTenantClaim: optional(
    words,
    '`tenant_id` with `jwt`',
    "The claim that names the caller's tenants: one, a list, or with spaces between",
  ),
  jwtScopes: optional(
    listOf(words, 'scopes with commas between'),
    'none needed',
    'A token must have one of these',
  ),
  countAttempts: withDefault(
    yesOrNo,
    false,
    'Whether a number is shut for a while after five wrong passwords in ten minutes, counted in DynamoDB',
  ),
  attemptsOnFailure: withDefault(
    oneOf(onFailures),
    'allow',
    'With `countAttempts`: whether an attempt that cannot be counted, as DynamoDB fails, is let through',
  ),
  domainName: optional(
    text('a host name in lower case', /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/),
    "API Gateway's own",
    "The API's own domain; API Gateway's is then switched off",
  ),
  certificateArn: optional(
    arn(
      "an ACM certificate in the stack's region",
      'acm',
      'certificate/[A-Za-z0-9-]+',
      'certificate/1234abcd-12ab',
    ),
    'needed with `domainName`',
    'The certificate of `domainName`',
  ),
  tracing: withDefault(yesOrNo, false, "Whether AWS X-Ray traces the function's invocations"),
  staticEgress: withDefault(
    yesOrNo,
    false,
    'Whether the function calls Kaleyra from one fixed address, through a VPC that is made for it',
  ),
  vpcId: optional(
    text('the id of a VPC, vpc-…', /^vpc-[0-9a-f]{8,17}$/),
    'no VPC of yours',
    'A VPC of yours to run in instead, whose NAT gives the address',
  ),
  subnetIds: optional(
    listOf(
      text('the id of a subnet', /^subnet-[0-9a-f]{8,17}$/),
      'ids of subnets with commas between, subnet-…',
    ),
    'needed with `vpcId`',
    'Private subnets of `vpcId` that reach the internet through its NAT',
  ),
  alarmTopicArn: optional(
    arn("an SNS topic in the stack's region", 'sns', '[A-Za-z0-9_-]+', 'alarms'),
    'nobody is told',
    'The topic that alarms go to',
  ),
  alarmEmail: optional(
    text('an e-mail address', /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/),
    'nobody is told',
    'The address that alarms go to, over a topic that is made for it',
  ),
  passwordWorkflow: withDefault(
    yesOrNo,
    false,
    'Whether a second stack holds a workflow that waits for the password, verifies, and asks again',
  ),
  removalPolicy: withDefault(
    oneOf(['retain', 'destroy']),
    'retain',
    'What becomes of logs and of the fixed address when the stack is deleted',
  ),
} as const;
