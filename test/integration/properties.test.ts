import { describe, expect, it } from '@jest/globals';
import { casesOf, properties } from '../reliability/properties/properties.ts';

/** `npm run faults` tries a hundred times as many. */
const cases = 1000;

describe('whatever comes', () => {
  it.each(properties.map((property) => [property.name, property] as const))('%s', async (_name, property) => {
    await property.check(casesOf(property, cases));
  });

  it('the parts of the properties make a whole', () => {
    expect(properties.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});
