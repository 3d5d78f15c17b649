import { propDefaults } from '../../lib/constructs/number-verification-props.ts';
import type { Scenario } from './scenarios.ts';

/** A default limit of the stack, or of AWS per account and Region, and how much of it a scenario uses. */
interface Quota {
  readonly name: string;
  readonly describes: string;
  readonly limit: number;
  readonly source: string;
  readonly use: (scenario: Scenario) => number;
  /** What to do when it is exceeded. */
  readonly remedy: string;
}

const secretsManagerQuotas =
  'https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html';
const gradualRelease =
  'release with `releases=canary` or `linear`, so that environments are replaced step by step';

export const secretReads: Quota = {
  name: 'reads',
  describes: 'GetSecretValue and DescribeSecret per second',
  limit: 10_000,
  source: secretsManagerQuotas,
  use: ({ figures, measuredSeconds }) => figures.reads / measuredSeconds,
  remedy: 'raise `secretTtlSeconds`; AWS does not raise this quota',
};

export const quotas: readonly Quota[] = [
  {
    name: 'throttle',
    describes: 'HTTP requests per second that the stack allows',
    limit: propDefaults.throttleRate,
    source: 'options.md',
    use: ({ requestsPerSecond }) => requestsPerSecond,
    remedy: 'raise `throttleRate` and `throttleBurst`',
  },
  {
    name: 'secrets',
    describes: 'stored secrets',
    limit: 500_000,
    source: secretsManagerQuotas,
    use: ({ tenants }) => tenants,
    remedy: 'divide the tenants among several accounts or Regions, with a stack in each',
  },
  secretReads,
  {
    ...secretReads,
    name: 'reads at a release',
    describes: 'the same in the first seconds of an all-at-once release',
    use: ({ figures }) => figures.peakReadsAtStart,
    remedy: gradualRelease,
  },
  {
    name: 'starts at a release',
    describes: 'environments that start in the first 10 seconds of an all-at-once release',
    limit: 1000,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html',
    use: ({ figures }) => figures.environmentsAtStart,
    remedy: `${gradualRelease}; or use \`provisionedConcurrency\``,
  },
  {
    name: 'concurrency',
    describes: 'concurrent executions of all functions',
    limit: 1000,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    use: ({ figures }) => figures.peakConcurrency,
    remedy: 'have the quota raised; `reservedConcurrency` guarantees a part of it to this function',
  },
  {
    name: 'API Gateway',
    describes: 'requests per second of all APIs; 2,500 in some Regions',
    limit: 10_000,
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html',
    use: ({ requestsPerSecond }) => requestsPerSecond,
    remedy: 'have the quota raised; direct invocations do not use it',
  },
];

/** The quotas by the share of them that a scenario uses, the most used first. */
export const rankQuotas = (
  scenario: Scenario,
): readonly { readonly quota: Quota; readonly share: number }[] =>
  quotas
    .map((quota) => ({ quota, share: quota.use(scenario) / quota.limit }))
    .sort((a, b) => b.share - a.share);
