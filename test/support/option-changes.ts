import type { NumberVerificationStackProps } from '../../lib/constructs/number-verification-stack.ts';
import type { Options } from '../../lib/options/parse-options.ts';

/** Values of an option on a deployed stack: off (or a first value, if it cannot be off), on, another value, and off again. */
export interface Rehearsal {
  readonly off: NumberVerificationStackProps;
  readonly on: NumberVerificationStackProps;
  /** Absent: the option has no other value. */
  readonly changed?: NumberVerificationStackProps;
}

const key = (digit: string) =>
  `arn:aws:kms:ap-south-1:111122223333:key/${digit.repeat(8)}-0000-0000-0000-000000000000`;
const certificate = (digit: string) =>
  `arn:aws:acm:ap-south-1:111122223333:certificate/${digit.repeat(8)}-0000-0000-0000-000000000000`;
const topic = (name: string) => `arn:aws:sns:ap-south-1:111122223333:${name}`;
const domain = { domainName: 'verify.example.com', certificateArn: certificate('0') };
const vpc = { vpcId: 'vpc-00000000', subnetIds: ['subnet-00000000'] };
const jwt = {
  authorization: 'jwt',
  jwtIssuer: 'https://issuer.example.com',
  jwtAudience: ['verify'],
} as const;

/** Rehearses one option whose values need nothing else. */
const rehearse = <Name extends keyof Options>(
  name: Name,
  on: NonNullable<Options[Name]>,
  changed?: NonNullable<Options[Name]>,
  others: NumberVerificationStackProps = {},
): Rehearsal => ({
  off: others,
  on: { ...others, [name]: on },
  ...(changed !== undefined && { changed: { ...others, [name]: changed } }),
});

/** A rehearsal for every option of the construct. */
export const rehearsals: Readonly<Record<keyof Options, Rehearsal>> = {
  pod: rehearse('pod', 'EU', 'SG'),
  secretPrefix: rehearse('secretPrefix', 'one/', 'two/'),
  secretKeyArn: rehearse('secretKeyArn', [key('0')], [key('1'), key('0')]),
  secretTtlSeconds: rehearse('secretTtlSeconds', 60, 90),
  kaleyraTimeoutMs: rehearse('kaleyraTimeoutMs', 5_000, 15_000),
  throttleRate: rehearse('throttleRate', 5, 10),
  throttleBurst: rehearse('throttleBurst', 5, 10),
  memoryMb: rehearse('memoryMb', 1_024, 2_048),
  architecture: rehearse('architecture', 'x86_64'),
  logRetentionDays: rehearse('logRetentionDays', 30, 365),
  reservedConcurrency: rehearse('reservedConcurrency', 10, 20),
  provisionedConcurrency: rehearse('provisionedConcurrency', 1, 2),
  releases: rehearse('releases', 'none', 'linear'),
  authorization: { off: {}, on: jwt },
  jwtIssuer: { off: jwt, on: { ...jwt, jwtIssuer: 'https://other.example.com' } },
  jwtAudience: { off: jwt, on: { ...jwt, jwtAudience: ['other'] } },
  jwtTenantClaim: rehearse('jwtTenantClaim', 'org', 'tenants', jwt),
  jwtScopes: rehearse('jwtScopes', ['one'], ['two'], jwt),
  countAttempts: rehearse('countAttempts', true),
  attemptsOnFailure: rehearse('attemptsOnFailure', 'refuse', undefined, { countAttempts: true }),
  tenantRequestsPerMinute: rehearse('tenantRequestsPerMinute', 30, 120, { countAttempts: true }),
  problemTypeBase: rehearse('problemTypeBase', 'https://docs.example.com/a', 'https://docs.example.com/b'),
  domainName: { off: {}, on: domain, changed: { ...domain, domainName: 'other.example.com' } },
  certificateArn: { off: domain, on: { ...domain, certificateArn: certificate('1') } },
  keepDefaultEndpoint: rehearse('keepDefaultEndpoint', true, undefined, domain),
  tracing: rehearse('tracing', true),
  staticEgress: rehearse('staticEgress', true),
  egressAllocationId: rehearse('egressAllocationId', 'eipalloc-00000000', 'eipalloc-11111111', {
    staticEgress: true,
  }),
  vpcId: { off: {}, on: vpc, changed: { vpcId: 'vpc-11111111', subnetIds: ['subnet-11111111'] } },
  subnetIds: { off: vpc, on: { ...vpc, subnetIds: ['subnet-11111111'] } },
  leaveVpc: rehearse('leaveVpc', true, undefined, { staticEgress: true }),
  alarmTopicArn: rehearse('alarmTopicArn', topic('one'), topic('two')),
  alarmEmail: rehearse('alarmEmail', 'one@example.com', 'two@example.com'),
  expectTrafficEvery: rehearse('expectTrafficEvery', 60, 120),
  logKeyArn: rehearse('logKeyArn', key('0'), key('1')),
  removalPolicy: rehearse('removalPolicy', 'destroy'),
};
