import { describe, expect, it } from '@jest/globals';
import { readStack } from '../../../support/read-stacks.ts';

describe('synth', () => {
  it.each([
    ['releases=none', 'releases=none: a new version gets all traffic without a check.'],
    ['leaveVpc', 'leaveVpc: the network stays.'],
    ['keepDefaultEndpoint', "keepDefaultEndpoint: API Gateway's own address still works."],
  ])('warns about %s, which is meant for a short time', (scenario, warning) => {
    expect(readStack(scenario).warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('does not warn about the same stacks without these options', () => {
    for (const scenario of ['without transition', 'static egress', 'on a domain']) {
      expect(readStack(scenario).warnings).toEqual([]);
    }
  });
});
