import type { NumberVerificationStackProps } from '../../lib/constructs/number-verification-stack.ts';
import type { optionTable } from '../../lib/options/option-table.ts';
import { hoursPerMonth, secretReadsPerVerification } from './assumptions.ts';
import type { Usage } from './template-usage.ts';

export type OptionName = keyof typeof optionTable;

export interface OptionExample {
  readonly props: NumberVerificationStackProps;
  /** Other options that the option needs. The stack is compared with one that has only these. */
  readonly needs?: NumberVerificationStackProps;
  /** What the option uses outside of the stack. */
  readonly outside?: Partial<Usage>;
}

const arn = (service: string, resource: string) => `arn:aws:${service}:ap-south-1:111122223333:${resource}`;
const jwt = {
  authorization: 'jwt',
  jwtIssuer: 'https://issuer.example.com',
  jwtAudience: 'verify',
} as const;
const domain = {
  domainName: 'verify.example.com',
  certificateArn: arn('acm', 'certificate/00000000-0000-0000-0000-000000000000'),
};
const vpc = { vpcId: 'vpc-0123456789abcdef0', subnetIds: 'subnet-0123456789abcdef0' };
const key = arn('kms', 'key/00000000-0000-0000-0000-000000000000');

/** An example of each option. The compiler reports an option without one. */
export const optionExamples: Readonly<Record<OptionName, OptionExample>> = {
  pod: { props: { pod: 'EU' } },
  secretPrefix: { props: { secretPrefix: 'production/' } },
  secretKeyArn: {
    props: { secretKeyArn: key },
    outside: { monthly: { kmsKey: 1 }, perVerification: { kmsCall: secretReadsPerVerification } },
  },
  secretTtlSeconds: { props: { secretTtlSeconds: 60 } },
  kaleyraTimeoutMs: { props: { kaleyraTimeoutMs: 18_000 } },
  throttleRate: { props: { throttleRate: 500 } },
  throttleBurst: { props: { throttleBurst: 1000 } },
  memoryMb: { props: { memoryMb: 1024 } },
  architecture: { props: { architecture: 'x86_64' } },
  logRetentionDays: { props: { logRetentionDays: 365 } },
  reservedConcurrency: { props: { reservedConcurrency: 100 } },
  provisionedConcurrency: { props: { provisionedConcurrency: 1 } },
  releases: { props: { releases: 'linear' } },
  authorization: { props: jwt },
  jwtIssuer: { props: jwt },
  jwtAudience: { props: jwt },
  jwtTenantClaim: { props: { jwtTenantClaim: 'tenants' }, needs: jwt },
  jwtScopes: { props: { jwtScopes: 'verify' }, needs: jwt },
  countAttempts: { props: { countAttempts: true } },
  attemptsOnFailure: { props: { attemptsOnFailure: 'refuse' }, needs: { countAttempts: true } },
  tenantRequestsPerMinute: { props: { tenantRequestsPerMinute: 10 }, needs: { countAttempts: true } },
  problemTypeBase: { props: { problemTypeBase: 'https://docs.example.com/problems' } },
  domainName: { props: domain },
  certificateArn: { props: domain },
  keepDefaultEndpoint: { props: { keepDefaultEndpoint: true }, needs: domain },
  tracing: { props: { tracing: true } },
  staticEgress: { props: { staticEgress: true } },
  egressAllocationId: {
    props: { egressAllocationId: 'eipalloc-0123456789abcdef0' },
    needs: { staticEgress: true },
    outside: { monthly: { publicIpv4Hour: hoursPerMonth } },
  },
  vpcId: { props: vpc },
  subnetIds: { props: vpc },
  leaveVpc: { props: { leaveVpc: true }, needs: { staticEgress: true } },
  alarmTopicArn: { props: { alarmTopicArn: arn('sns', 'alarms') } },
  alarmEmail: { props: { alarmEmail: 'operators@example.com' } },
  expectTrafficEvery: { props: { expectTrafficEvery: 60 } },
  logKeyArn: { props: { logKeyArn: key }, outside: { monthly: { kmsKey: 1 } } },
  removalPolicy: { props: { removalPolicy: 'destroy' } },
};
