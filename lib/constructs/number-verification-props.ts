/** The props of `NumberVerification`, their defaults, and what they accept. */
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  defaultOnFailure,
  type OnFailure,
  onFailures,
} from '../../functions/verify-number/attempts/limits.ts';
import {
  defaultSecretPrefix,
  isProblemTypeBase,
  isSecretPrefix,
  limits,
  problemTypeBaseAccepts,
  secretPrefixAccepts,
} from '../../functions/verify-number/config.ts';
import { type Pod, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { describeInvalid, findConflicts, InvalidOptions, type Rule } from '../values/rules.ts';
import { awsId, oneOf, text, wholeNumber } from '../values/value-kinds.ts';

export const releaseModes = ['canary', 'linear', 'all-at-once', 'none'] as const;
export type ReleaseMode = (typeof releaseModes)[number];

/** The props of the construct. Tokens are accepted everywhere; only values that are known at synthesis are checked. */
export interface NumberVerificationProps {
  /**
   * The Kaleyra pod that the tenants' accounts live on.
   * @default by the stack's region; required in a region without a default pod
   */
  readonly pod?: Pod | undefined;
  /**
   * Prefix of a secret's name, followed by the tenant id. Ends with `/`. The function may read every secret whose name
   * begins with it.
   * @default 'kaleyra/'
   */
  readonly secretPrefix?: string | undefined;
  /**
   * The customer-managed KMS keys that the tenants' secrets are encrypted with. The first one also encrypts the secret
   * for release checks.
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
   * @default the AWS managed key aws/secretsmanager
   */
  readonly secretKeys?: readonly IKey[] | undefined;
  /**
   * The same as `secretKeys`, by the ARNs of the keys.
   * @default the AWS managed key aws/secretsmanager
   */
  readonly secretKeyArn?: string | readonly string[] | undefined;
  /**
   * How long credentials are used before they are read again, at most one hour.
   * @default Duration.seconds(300)
   */
  readonly secretTtl?: Duration | undefined;
  /**
   * Time limit for all calls to Kaleyra in one request, from 100 ms to 18 s. The function's timeout is derived from it, so
   * it must be known at synthesis.
   * @default Duration.seconds(10)
   */
  readonly kaleyraTimeout?: Duration | undefined;
  /**
   * HTTP requests that the API accepts per second, from all callers together.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
   * @default 90
   */
  readonly throttleRate?: number | undefined;
  /**
   * HTTP requests that the API accepts in a burst.
   * @default 100
   */
  readonly throttleBurst?: number | undefined;
  /**
   * The function's memory, in MB. Lambda allocates CPU in proportion.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
   * @default 256
   */
  readonly memoryMb?: number | undefined;
  /** @default Architecture.ARM_64 */
  readonly architecture?: Architecture | undefined;
  /**
   * Concurrency reserved for this function, which is also its limit.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   * @default the account's unreserved concurrency
   */
  readonly reservedConcurrency?: number | undefined;
  /**
   * Execution environments kept warm.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
   * @default none
   */
  readonly provisionedConcurrency?: number | undefined;
  /**
   * Whether AWS X-Ray traces the function's invocations.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   * @default false
   */
  readonly tracing?: boolean | undefined;
  /**
   * How a new version gets traffic. `canary`: 10 % for 15 minutes, then the rest; `linear`: 10 % more each minute;
   * `all-at-once`: everything after the release check; `none`: CloudFormation moves the traffic without a check. With
   * `alarms: false`, `none` also creates nothing of what releases need.
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
   * @default 'canary'
   */
  readonly releases?: ReleaseMode | undefined;
  /**
   * The secret `<secretPrefix>_release-check`, which release checks read. A name exists once in an account and Region, so
   * of several deployments with the same prefix one creates it and the others set `existing`. Do not remove the one that
   * created it before the others.
   * @default 'create'
   */
  readonly releaseCheckSecret?: 'create' | 'existing' | undefined;
  /**
   * How HTTP callers authenticate: AWS signatures (IAM), or tokens (JWT) that name the caller's tenants.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
   * @default 'iam'
   */
  readonly authorization?: 'iam' | 'jwt' | undefined;
  /**
   * The issuer of the tokens; its OpenID configuration gives the signing keys.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
   * @default required with `authorization: 'jwt'`
   */
  readonly jwtIssuer?: string | undefined;
  /**
   * The audience that is accepted, or several.
   * @default required with `authorization: 'jwt'`
   */
  readonly jwtAudience?: string | readonly string[] | undefined;
  /**
   * The claim that names the caller's tenants: one tenant id, a list, or a space-separated string.
   * @default 'tenant_id' with `authorization: 'jwt'`
   */
  readonly jwtTenantClaim?: string | undefined;
  /**
   * The scopes that are accepted: a token needs at least one of them.
   * @default none required
   */
  readonly jwtScopes?: readonly string[] | undefined;
  /**
   * An authorizer of your own for the route, instead of `authorization`. It must restrict callers to their tenants, or
   * accept tokens whose claim `jwtTenantClaim` lists the tenants.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
   * @default the authorizer that `authorization` selects
   */
  readonly authorizer?: IHttpRouteAuthorizer | undefined;
  /**
   * Whether a number, and an id, is locked for a while after five failed attempts in ten minutes, counted in DynamoDB.
   * @default false
   */
  readonly countAttempts?: boolean | undefined;
  /**
   * What happens to an attempt that cannot be counted because DynamoDB fails.
   * @default 'allow' with `countAttempts`
   */
  readonly attemptsOnFailure?: OnFailure | undefined;
  /**
   * How many requests of one tenant are served in a minute.
   * @default 60 with `countAttempts`
   */
  readonly tenantRequestsPerMinute?: number | undefined;
  /**
   * URL of a page with a section for each failure code, which the `type` of problem details then links to.
   * @see https://www.rfc-editor.org/rfc/rfc9457#name-type
   * @default problem types are URNs
   */
  readonly problemTypeBase?: string | undefined;
  /**
   * The API's custom domain. API Gateway's own address is then disabled.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
   * @default API Gateway's own address
   */
  readonly domainName?: string | undefined;
  /**
   * The certificate of `domainName`, in the stack's region.
   * @default required with `domainName`
   */
  readonly certificate?: ICertificate | undefined;
  /**
   * Whether API Gateway's own address stays enabled next to `domainName`, until all callers use the domain.
   * @default false
   */
  readonly keepDefaultEndpoint?: boolean | undefined;
  /**
   * Whether the function calls Kaleyra from one fixed IP address, through a VPC created for it.
   * @default false
   */
  readonly staticEgress?: boolean | undefined;
  /**
   * Allocation id of the Elastic IP address of `staticEgress`.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithEIPs.html
   * @default a new address
   */
  readonly egressAllocationId?: string | undefined;
  /**
   * An existing VPC to run the function in. Its NAT determines the address that Kaleyra sees.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
   * @default no VPC
   */
  readonly vpc?: IVpc | undefined;
  /**
   * Subnets of `vpc`. They must reach the internet through a NAT.
   * @default the private subnets
   */
  readonly vpcSubnets?: SubnetSelection | undefined;
  /**
   * Security groups of the function in `vpc`. They must allow HTTPS to the internet.
   * @default a new one that allows outgoing HTTPS only
   */
  readonly securityGroups?: readonly ISecurityGroup[] | undefined;
  /**
   * The first of two steps to leave a VPC: the function no longer uses it, but its network stays until old versions are
   * deleted.
   * @default false
   */
  readonly leaveVpc?: boolean | undefined;
  /**
   * Every alarm and the dashboard, neither, or everything except the alarms with these names.
   * @default true
   */
  readonly alarms?: boolean | { readonly except: readonly string[] } | undefined;
  /**
   * The topic that alarms are sent to.
   * @default the alarms notify no one, and synth warns about that
   */
  readonly alarmTopic?: ITopic | undefined;
  /**
   * The e-mail address that alarms are sent to, through a topic created for it.
   * @default no e-mail
   */
  readonly alarmEmail?: string | undefined;
  /**
   * An alarm fires if no request arrives for this time, from 5 minutes to one day.
   * @default silence is not an alarm
   */
  readonly expectTrafficEvery?: Duration | undefined;
  /**
   * Sends an event about each outcome to this EventBridge bus; `true` for the account's default bus.
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
   * @default no events
   */
  readonly outcomeEvents?: boolean | IEventBus | undefined;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays | undefined;
  /**
   * The KMS key that encrypts the logs. CloudWatch Logs is allowed to use it if the app defines it; an imported key must
   * allow that already.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   * @default encryption that CloudWatch Logs manages
   */
  readonly logEncryptionKey?: IKey | undefined;
  /**
   * What happens to the logs and the fixed IP address when they are removed from the stack. The default keeps them, unless
   * the deployment that creates them fails.
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy | undefined;
}

/** The default of `jwtTenantClaim` with tokens. */
export const defaultTenantClaim = 'tenant_id';

export const propDefaults = {
  secretPrefix: defaultSecretPrefix,
  secretTtl: Duration.seconds(limits.secretTtlSeconds.default),
  kaleyraTimeout: Duration.millis(limits.kaleyraTimeoutMs.default),
  throttleRate: 90,
  throttleBurst: 100,
  memoryMb: 256,
  architecture: Architecture.ARM_64,
  releases: 'canary',
  releaseCheckSecret: 'create',
  authorization: 'iam',
  attemptsOnFailure: defaultOnFailure,
  tenantRequestsPerMinute: limits.tenantRequestsPerMinute.default,
  alarms: true,
  logRetention: RetentionDays.THREE_MONTHS,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} as const satisfies NumberVerificationProps;

type Defaulted = keyof typeof propDefaults;

/** The props, checked and completed with the defaults. */
export type Settings = Omit<NumberVerificationProps, Defaulted> & {
  readonly [Name in Defaulted]: NonNullable<NumberVerificationProps[Name]>;
};

interface PropRule extends Rule {
  /** The prop is a Duration, and the kind describes its number of these units. */
  readonly unit?: 'Milliseconds' | 'Seconds' | 'Minutes';
}

const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const emailAddress = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;
const toWholeNumber = ({ min, max }: { readonly min: number; readonly max: number }) => wholeNumber(min, max);
const words = text('1-256 characters without spaces or commas', /^[^\s,]{1,256}$/, 'one', 'two');
const whereTokens = { needs: ['authorization=jwt', 'authorizer'] };
const withTokens = { needs: ['authorization=jwt'], requiredBy: 'authorization=jwt' };
const url = ['https://one.example.com', 'https://two.example.com'] as const;

/** What types cannot exclude. The options of `npx cdk deploy` share these rules. */
export const propRules = {
  pod: { kind: oneOf(pods) },
  secretPrefix: { kind: text(secretPrefixAccepts, isSecretPrefix, 'one/', 'two/') },
  secretKeyArn: { excludes: ['secretKeys'] },
  secretTtl: { kind: toWholeNumber(limits.secretTtlSeconds), unit: 'Seconds' },
  kaleyraTimeout: { kind: toWholeNumber(limits.kaleyraTimeoutMs), unit: 'Milliseconds' },
  throttleRate: { kind: wholeNumber(1, 10_000) },
  throttleBurst: { kind: wholeNumber(1, 5_000) },
  memoryMb: { kind: wholeNumber(128, 10_240) },
  reservedConcurrency: { kind: wholeNumber(1, 100_000) },
  provisionedConcurrency: { kind: wholeNumber(1, 100_000) },
  releases: { kind: oneOf(releaseModes) },
  releaseCheckSecret: { kind: oneOf(['create', 'existing']) },
  authorization: { kind: oneOf(['iam', 'jwt']) },
  jwtIssuer: { kind: text('an https URL', /^https:\/\/[^\s?#]{1,1000}$/, ...url), ...withTokens },
  jwtAudience: { kind: words, ...withTokens },
  jwtTenantClaim: { kind: words, ...whereTokens },
  jwtScopes: { kind: words, ...whereTokens },
  authorizer: { excludes: ['authorization'] },
  attemptsOnFailure: { kind: oneOf(onFailures), needs: ['countAttempts'] },
  tenantRequestsPerMinute: { kind: toWholeNumber(limits.tenantRequestsPerMinute), needs: ['countAttempts'] },
  problemTypeBase: { kind: text(problemTypeBaseAccepts, isProblemTypeBase, ...url) },
  domainName: { kind: text('a host name in lower case', hostName, 'one.example.com', 'two.example.com') },
  certificate: { needs: ['domainName'], requiredBy: 'domainName' },
  keepDefaultEndpoint: { needs: ['domainName'] },
  egressAllocationId: {
    kind: awsId('the allocation id of an Elastic IP address', 'eipalloc'),
    needs: ['staticEgress'],
  },
  vpc: { excludes: ['staticEgress'] },
  vpcSubnets: { needs: ['vpc'] },
  securityGroups: { needs: ['vpc'] },
  leaveVpc: { needs: ['staticEgress', 'vpc'] },
  alarmTopic: { excludes: ['alarmEmail', 'alarms=false'] },
  alarmEmail: {
    kind: text('an e-mail address', emailAddress, 'one@example.com', 'two@example.com'),
    excludes: ['alarms=false'],
  },
  expectTrafficEvery: { kind: wholeNumber(5, 1440), unit: 'Minutes', excludes: ['alarms=false'] },
} as const satisfies Partial<Record<keyof NumberVerificationProps, PropRule>>;

/** Options of `npx cdk deploy` that are text, by the typed prop that replaces them. */
const replacedProps = {
  secretTtlSeconds: 'secretTtl, a Duration',
  kaleyraTimeoutMs: 'kaleyraTimeout, a Duration',
  logRetentionDays: 'logRetention, of RetentionDays',
  certificateArn: 'certificate, an ICertificate',
  vpcId: 'vpc, an IVpc',
  subnetIds: 'vpcSubnets, a SubnetSelection',
  alarmTopicArn: 'alarmTopic, an ITopic',
  logKeyArn: 'logEncryptionKey, an IKey',
};

/**
 * Checks the props and completes them with the defaults.
 * @param region region of the stack, or a token
 * @throws InvalidOptions with everything that is wrong
 */
export const completeProps = (props: NumberVerificationProps, region: string): Settings => {
  const given = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
  const problems = [
    ...findInvalidProps(given),
    ...findConflicts('Prop', propRules, given),
    ...findOtherRegions(given, region),
  ];
  if (problems.length > 0) throw new InvalidOptions(problems);
  return { ...propDefaults, ...given } as Settings;
};

const isToken = (value: unknown): boolean =>
  Token.isUnresolved(value) || (value as Partial<Duration>)?.isUnresolved?.() === true;

function* findInvalidProps(given: Readonly<Record<string, unknown>>): Generator<string> {
  for (const [name, replacement] of Object.entries(replacedProps)) {
    if (name in given) yield `Prop ${name} does not exist, only the option. Use the prop ${replacement}.`;
  }
  if (isToken(given['kaleyraTimeout'])) {
    yield "Prop kaleyraTimeout is a token. It must be known at synthesis, because the function's timeout depends on it.";
  }
  for (const [name, { kind, unit }] of Object.entries<PropRule>(propRules)) {
    for (const value of isToken(given[name]) ? [] : [given[name]].flat()) {
      if (value === undefined || isToken(value) || !kind) continue;
      const checked = unit ? (value as Duration)[`to${unit}`]({ integral: false }) : value;
      if (kind.read(checked) === checked) continue;
      yield describeInvalid(unit ? `Prop ${name} in ${unit.toLowerCase()}` : `Prop ${name}`, checked, kind);
    }
  }
}

/** Resources work only in their own region. The CDK does not take a certificate's from its ARN. */
function* findOtherRegions(given: Readonly<Record<string, unknown>>, region: string): Generator<string> {
  for (const [name, values] of Object.entries(given)) {
    for (const value of [values].flat() as readonly (Partial<ICertificate> | undefined)[]) {
      const arn = typeof value === 'string' ? value : value?.certificateArn;
      const regions = [value?.env?.region, /^arn:(?:[^:]+:){2}([^:]+):/.exec(arn ?? '')?.[1]];
      if (regions.every((its) => !its || isToken(its) || isToken(region) || its === region)) continue;
      yield `Prop ${name} is in ${regions.at(-1) ?? regions[0]}. It must be in the stack's region, ${region}.`;
    }
  }
}
