import type { NumberVerificationStackProps } from '../../lib/constructs/number-verification-stack.ts';
import type { optionTable } from '../../lib/options/option-table.ts';
import type { Options } from '../../lib/options/parse-options.ts';
import { hoursPerMonth, secretReadsPerVerification } from '../costs/assumptions.ts';
import type { Usage } from '../costs/template-usage.ts';

export type OptionName = keyof typeof optionTable;

/** Values of one option on a stack: without it (or with a first value, if it cannot be off), with it, and with another. */
export interface OptionExample {
  /** Contains the other options that the option needs. */
  readonly off: NumberVerificationStackProps;
  readonly on: NumberVerificationStackProps;
  /** Absent: the option has no other value. */
  readonly changed?: NumberVerificationStackProps;
  /** What the option uses outside of the stack. */
  readonly outside?: Partial<Usage>;
}

const toArn = (service: string, resource: string) => `arn:aws:${service}:ap-south-1:111122223333:${resource}`;
const toKeyArn = (digit: string) => toArn('kms', `key/${digit.repeat(8)}-0000-0000-0000-000000000000`);
const toCertificateArn = (digit: string) =>
  toArn('acm', `certificate/${digit.repeat(8)}-0000-0000-0000-000000000000`);
const jwt = {
  authorization: 'jwt',
  jwtIssuer: 'https://issuer.example.com',
  jwtAudience: ['verify'],
} as const;
const domain = { domainName: 'verify.example.com', certificateArn: toCertificateArn('0') };
const vpc = { vpcId: 'vpc-00000000', subnetIds: ['subnet-00000000'] };

/** @param off the other options that the option needs */
const toExample = <Name extends OptionName>(
  name: Name,
  on: NonNullable<Options[Name]>,
  changed?: NonNullable<Options[Name]>,
  off: NumberVerificationStackProps = {},
): OptionExample => ({
  off,
  on: { ...off, [name]: on },
  ...(changed !== undefined && { changed: { ...off, [name]: changed } }),
});

/** An example of each option. The compiler reports an option without one. */
export const optionExamples: Readonly<Record<OptionName, OptionExample>> = {
  pod: toExample('pod', 'EU', 'SG'),
  secretPrefix: toExample('secretPrefix', 'one/', 'two/'),
  secretKeyArn: {
    ...toExample('secretKeyArn', [toKeyArn('0')], [toKeyArn('1'), toKeyArn('0')]),
    outside: { monthly: { kmsKey: 1 }, perVerification: { kmsCall: secretReadsPerVerification } },
  },
  secretTtlSeconds: toExample('secretTtlSeconds', 60, 90),
  kaleyraTimeoutMs: toExample('kaleyraTimeoutMs', 5_000, 15_000),
  throttleRate: toExample('throttleRate', 5, 10),
  throttleBurst: toExample('throttleBurst', 5, 10),
  memoryMb: toExample('memoryMb', 1_024, 2_048),
  architecture: toExample('architecture', 'x86_64'),
  logRetentionDays: toExample('logRetentionDays', 365, 30),
  reservedConcurrency: toExample('reservedConcurrency', 10, 20),
  provisionedConcurrency: toExample('provisionedConcurrency', 1, 2),
  releases: toExample('releases', 'none', 'linear'),
  authorization: { off: {}, on: jwt },
  jwtIssuer: { off: jwt, on: { ...jwt, jwtIssuer: 'https://other.example.com' } },
  jwtAudience: { off: jwt, on: { ...jwt, jwtAudience: ['other'] } },
  jwtTenantClaim: toExample('jwtTenantClaim', 'org', 'tenants', jwt),
  jwtScopes: toExample('jwtScopes', ['one'], ['two'], jwt),
  countAttempts: toExample('countAttempts', true),
  attemptsOnFailure: toExample('attemptsOnFailure', 'refuse', undefined, { countAttempts: true }),
  tenantRequestsPerMinute: toExample('tenantRequestsPerMinute', 30, 120, { countAttempts: true }),
  problemTypeBase: toExample('problemTypeBase', 'https://docs.example.com/a', 'https://docs.example.com/b'),
  domainName: { off: {}, on: domain, changed: { ...domain, domainName: 'other.example.com' } },
  certificateArn: { off: domain, on: { ...domain, certificateArn: toCertificateArn('1') } },
  keepDefaultEndpoint: toExample('keepDefaultEndpoint', true, undefined, domain),
  tracing: toExample('tracing', true),
  staticEgress: toExample('staticEgress', true),
  egressAllocationId: {
    ...toExample('egressAllocationId', 'eipalloc-00000000', 'eipalloc-11111111', { staticEgress: true }),
    outside: { monthly: { publicIpv4Hour: hoursPerMonth } },
  },
  vpcId: { off: {}, on: vpc, changed: { vpcId: 'vpc-11111111', subnetIds: ['subnet-11111111'] } },
  subnetIds: { off: vpc, on: { ...vpc, subnetIds: ['subnet-11111111'] } },
  leaveVpc: toExample('leaveVpc', true, undefined, { staticEgress: true }),
  alarmTopicArn: toExample('alarmTopicArn', toArn('sns', 'one'), toArn('sns', 'two')),
  alarmEmail: toExample('alarmEmail', 'one@example.com', 'two@example.com'),
  expectTrafficEvery: toExample('expectTrafficEvery', 60, 120),
  logKeyArn: { ...toExample('logKeyArn', toKeyArn('0'), toKeyArn('1')), outside: { monthly: { kmsKey: 1 } } },
  removalPolicy: toExample('removalPolicy', 'destroy'),
};
