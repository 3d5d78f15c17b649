import { describe, expect, it } from '@jest/globals';
import { getCases, properties } from '../reliability/properties/properties.ts';

/** `npm run faults` tries a hundred times as many. */
const cases = 1000;

describe('the function', () => {
  it.each(properties.map((property) => [property.name, property] as const))(
    'has the property that %s',
    async (_name, property) => {
      await property.check(getCases(property, cases));
    },
  );

  it('has properties whose shares add up to all cases', () => {
    expect(properties.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});
