import { describe, expect, it } from '@jest/globals';
import type { NumberVerificationStackProps } from '../../../../lib/constructs/number-verification-stack.ts';
import { tokensAndExistingVpc } from '../../../support/option-sets.ts';
import { getWarnings } from '../../../support/templates.ts';

const warningsWith = (props: NumberVerificationStackProps) =>
  getWarnings({ alarmEmail: 'operators@example.com', ...props });

const { alarmTopicArn, ...onDomain } = tokensAndExistingVpc;

describe('synth', () => {
  it.each([
    [{ releases: 'none' }, 'releases=none: a new version gets all traffic without a check.'],
    [{ staticEgress: true, leaveVpc: true }, 'leaveVpc: the network stays.'],
    [
      { ...onDomain, keepDefaultEndpoint: true },
      "keepDefaultEndpoint: API Gateway's own address still works.",
    ],
  ] as const)('warns about %j, which is meant for a short time', (props, warning) => {
    expect(warningsWith(props)).toEqual([expect.stringContaining(warning)]);
  });

  it('does not warn about the same stacks without these options', () => {
    for (const props of [{}, { staticEgress: true }, onDomain]) expect(warningsWith(props)).toEqual([]);
  });
});
