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
    ['IN', ['ap-south-1', 'ap-south-2']],
    ['SG', ['ap-southeast-1', 'ap-southeast-5', 'ap-northeast-1', 'ap-east-1']],
    ['EU', ['eu-west-1', 'eu-central-2']],
    ['NA', ['us-east-1', 'us-west-2', 'ca-central-1']],
    [undefined, ['me-central-1', 'af-south-1', 'sa-east-1', 'il-central-1', 'mx-central-1', 'cn-north-1']],
    [undefined, ['ap', 'xap-south-1', 'xeu-west-1', 'xus-east-1', 'xca-west-1', 'EU-WEST-1', '']],
  ])('default to %s for the regions %j', (pod, regions) => {
    expect(regions.map(getDefaultPod)).toEqual(regions.map(() => pod));
  });

  it('are recognized by name', () => {
    expect(pods.every(isPod)).toBe(true);
    expect(['in', 'XX', '', 'toString', '__proto__', 1, null, undefined, ['IN']].some(isPod)).toBe(false);
  });
});
