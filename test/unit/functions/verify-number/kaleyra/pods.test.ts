import { describe, expect, it } from '@jest/globals';
import {
  apiDomains,
  getDefaultPod,
  isPod,
  pods,
} from '../../../../../functions/verify-number/kaleyra/pods.ts';

describe('pods', () => {
  it("are the four on Kaleyra's page, each with its API domain", () => {
    expect(apiDomains).toEqual({
      IN: 'api.in.kaleyra.io',
      SG: 'api.ap.kaleyra.io',
      EU: 'api.eu.kaleyra.io',
      NA: 'api.na.kaleyra.io',
    });
    expect(pods).toEqual(['IN', 'SG', 'EU', 'NA']);
  });

  it.each([
    ['ap-south-1', 'IN'],
    ['ap-south-2', 'IN'],
    ['ap-southeast-1', 'SG'],
    ['ap-southeast-5', 'SG'],
    ['ap-northeast-1', 'SG'],
    ['ap-east-1', 'SG'],
    ['eu-west-1', 'EU'],
    ['eu-central-2', 'EU'],
    ['us-east-1', 'NA'],
    ['us-west-2', 'NA'],
    ['ca-central-1', 'NA'],
  ] as const)('for region %s default to %s', (region, pod) => {
    expect(getDefaultPod(region)).toBe(pod);
  });

  it.each([
    'me-central-1',
    'af-south-1',
    'sa-east-1',
    'il-central-1',
    'mx-central-1',
    'cn-north-1',
    'ap',
    'xap-south-1',
    'xeu-west-1',
    'xus-east-1',
    'xca-west-1',
    'EU-WEST-1',
    '',
  ])('have no default for region %j', (region) => {
    expect(getDefaultPod(region)).toBeUndefined();
  });

  it('are recognized by name', () => {
    expect(pods.every(isPod)).toBe(true);
    expect(['in', 'XX', '', 'toString', '__proto__', 1, null, undefined, ['IN']].some(isPod)).toBe(false);
  });
});
