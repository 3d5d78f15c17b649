import type { NumberVerificationStackProps } from '../../lib/constructs/number-verification-stack.ts';

export const tokensAndExistingVpc = {
  authorization: 'jwt',
  jwtIssuer: 'https://issuer.example.com',
  jwtAudience: ['verify'],
  jwtTenantClaim: 'tenants',
  jwtScopes: ['verify:number'],
  domainName: 'verify.example.com',
  certificateArn: 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  alarmTopicArn: 'arn:aws:sns:ap-south-1:111122223333:alarms',
} as const satisfies NumberVerificationStackProps;

export const staticEgressAndTheRest = {
  pod: 'EU',
  secretPrefix: 'prod/kaleyra/',
  secretKeyArn: ['arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000'],
  secretTtlSeconds: 60,
  kaleyraTimeoutMs: 18_000,
  throttleRate: 5,
  throttleBurst: 10,
  memoryMb: 1024,
  architecture: 'x86_64',
  logRetentionDays: 365,
  reservedConcurrency: 20,
  provisionedConcurrency: 2,
  countAttempts: true,
  attemptsOnFailure: 'refuse',
  tenantRequestsPerMinute: 120,
  problemTypeBase: 'https://docs.example.com/problems',
  tracing: true,
  staticEgress: true,
  alarmEmail: 'operators@example.com',
  removalPolicy: 'destroy',
} as const satisfies NumberVerificationStackProps;

const inTransition = {
  releases: 'linear',
  domainName: 'verify.example.com',
  certificateArn: 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  keepDefaultEndpoint: true,
  staticEgress: true,
  egressAllocationId: 'eipalloc-0123456789abcdef0',
  leaveVpc: true,
  expectTrafficEvery: 60,
  logKeyArn: 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000',
} as const satisfies NumberVerificationStackProps;

/** Stacks of ap-south-1 that use every option between them. */
export const optionSets: Readonly<Record<string, NumberVerificationStackProps>> = {
  'the defaults': {},
  'tokens, a custom domain and an existing VPC': tokensAndExistingVpc,
  'a fixed address, a customer-managed key and the other options': staticEgressAndTheRest,
  'the options of a transition': inTransition,
};
