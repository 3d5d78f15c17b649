import { optionTable } from './option-table.ts';
import type { Options } from './parse-options.ts';

const pairs = [
  ['domainName', 'certificateArn'],
  ['vpcId', 'subnetIds'],
] as const;

const requiredWithJwt = ['jwtIssuer', 'jwtAudience'] as const;

/** Yields one sentence for each combination of options that cannot work. */
export function* findOptionConflicts(options: Options): Generator<string> {
  for (const [one, other] of pairs) {
    if ((options[one] === undefined) !== (options[other] === undefined)) {
      yield `Options ${one} and ${other} belong together. Set both or neither.`;
    }
  }
  if (options.authorization === 'jwt') {
    for (const name of requiredWithJwt) {
      if (options[name] !== undefined) continue;
      yield `Option authorization=jwt needs ${name}: ${optionTable[name].kind.accepts}.`;
    }
  }
  if (options.staticEgress && options.vpcId !== undefined) {
    yield 'Options staticEgress and vpcId exclude each other. A VPC of your own already has a NAT and its address.';
  }
  if (options.egressAllocationId !== undefined && !options.staticEgress) {
    yield 'Option egressAllocationId has an effect only with staticEgress=true.';
  }
  if (options.keepDefaultEndpoint && options.domainName === undefined) {
    yield 'Option keepDefaultEndpoint has an effect only with domainName.';
  }
  if (options.attemptsOnFailure === 'refuse' && !options.countAttempts) {
    yield 'Option attemptsOnFailure has an effect only with countAttempts=true.';
  }
  if (options.tenantRequestsPerMinute !== undefined && !options.countAttempts) {
    yield 'Option tenantRequestsPerMinute has an effect only with countAttempts=true.';
  }
  if (options.alarmTopicArn !== undefined && options.alarmEmail !== undefined) {
    yield 'Options alarmTopicArn and alarmEmail exclude each other. Subscribe the address to the topic instead.';
  }
  const { reservedConcurrency, provisionedConcurrency } = options;
  if (reservedConcurrency && provisionedConcurrency && provisionedConcurrency > reservedConcurrency) {
    yield `Option provisionedConcurrency is ${provisionedConcurrency}. It must be at most reservedConcurrency, ${reservedConcurrency}.`;
  }
}
