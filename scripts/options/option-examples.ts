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

const arn = (service: string, resource: string) => `arn:aws:${service}:ap-south-1:111122223333:${resource}`;
const key = (digit: string) => arn('kms', `key/${digit.repeat(8)}-0000-0000-0000-000000000000`);
const certificate = (digit: string) =>
  arn('acm', `certificate/${digit.repeat(8)}-0000-0000-0000-000000000000`);
const jwt = {
  authorization: 'jwt',
  jwtIssuer: 'https://issuer.example.com',
  jwtAudience: ['verify'],
} as const;
const domain = { domainName: 'verify.example.com', certificateArn: certificate('0') };
const vpc = { vpcId: 'vpc-00000000', subnetIds: ['subnet-00000000'] };

/** @param off the other options that the option needs */
const exampleOf = <Name extends OptionName>(
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
  pod: exampleOf('pod', 'EU', 'SG'),
  secretPrefix: exampleOf('secretPrefix', 'one/', 'two/'),
  secretKeyArn: {
    ...exampleOf('secretKeyArn', [key('0')], [key('1'), key('0')]),
    outside: { monthly: { kmsKey: 1 }, perVerification: { kmsCall: secretReadsPerVerification } },
  },
  secretTtlSeconds: exampleOf('secretTtlSeconds', 60, 90),
  kaleyraTimeoutMs: exampleOf('kaleyraTimeoutMs', 5_000, 15_000),
  throttleRate: exampleOf('throttleRate', 5, 10),
  throttleBurst: exampleOf('throttleBurst', 5, 10),
  memoryMb: exampleOf('memoryMb', 1_024, 2_048),
  architecture: exampleOf('architecture', 'x86_64'),
  logRetentionDays: exampleOf('logRetentionDays', 365, 30),
  reservedConcurrency: exampleOf('reservedConcurrency', 10, 20),
  provisionedConcurrency: exampleOf('provisionedConcurrency', 1, 2),
  releases: exampleOf('releases', 'none', 'linear'),
  authorization: { off: {}, on: jwt },
  jwtIssuer: { off: jwt, on: { ...jwt, jwtIssuer: 'https://other.example.com' } },
  jwtAudience: { off: jwt, on: { ...jwt, jwtAudience: ['other'] } },
  jwtTenantClaim: exampleOf('jwtTenantClaim', 'org', 'tenants', jwt),
  jwtScopes: exampleOf('jwtScopes', ['one'], ['two'], jwt),
  countAttempts: exampleOf('countAttempts', true),
  attemptsOnFailure: exampleOf('attemptsOnFailure', 'refuse', undefined, { countAttempts: true }),
  tenantRequestsPerMinute: exampleOf('tenantRequestsPerMinute', 30, 120, { countAttempts: true }),
  problemTypeBase: exampleOf('problemTypeBase', 'https://docs.example.com/a', 'https://docs.example.com/b'),
  domainName: { off: {}, on: domain, changed: { ...domain, domainName: 'other.example.com' } },
  certificateArn: { off: domain, on: { ...domain, certificateArn: certificate('1') } },
  keepDefaultEndpoint: exampleOf('keepDefaultEndpoint', true, undefined, domain),
  tracing: exampleOf('tracing', true),
  staticEgress: exampleOf('staticEgress', true),
  egressAllocationId: {
    ...exampleOf('egressAllocationId', 'eipalloc-00000000', 'eipalloc-11111111', { staticEgress: true }),
    outside: { monthly: { publicIpv4Hour: hoursPerMonth } },
  },
  vpcId: { off: {}, on: vpc, changed: { vpcId: 'vpc-11111111', subnetIds: ['subnet-11111111'] } },
  subnetIds: { off: vpc, on: { ...vpc, subnetIds: ['subnet-11111111'] } },
  leaveVpc: exampleOf('leaveVpc', true, undefined, { staticEgress: true }),
  alarmTopicArn: exampleOf('alarmTopicArn', arn('sns', 'one'), arn('sns', 'two')),
  alarmEmail: exampleOf('alarmEmail', 'one@example.com', 'two@example.com'),
  expectTrafficEvery: exampleOf('expectTrafficEvery', 60, 120),
  logKeyArn: { ...exampleOf('logKeyArn', key('0'), key('1')), outside: { monthly: { kmsKey: 1 } } },
  removalPolicy: exampleOf('removalPolicy', 'destroy'),
};
