import { describe, expect, it } from '@jest/globals';
import { findNearName, getEditDistance } from '../../../../lib/options/edit-distance.ts';

describe('getEditDistance', () => {
  it.each([
    ['', '', 0],
    ['pod', 'pod', 0],
    ['', 'pod', 3],
    ['pod', '', 3],
    ['pods', 'pod', 1],
    ['pod', 'pad', 1],
    ['memory', 'memorymb', 2],
    ['throttle-rate', 'throttlerate', 1],
    ['kitten', 'sitting', 3],
  ])('between %j and %j is %i', (a, b, distance) => {
    expect(getEditDistance(a, b)).toBe(distance);
  });
});

describe('findNearName', () => {
  it.each([
    ['lits', 'list'],
    ['LIST', 'list'],
    ['lit', 'list'],
    ['nothing', undefined],
  ])('for %s is %s', (name, near) => {
    expect(findNearName(name, ['put', 'list', 'check'])).toBe(near);
  });
});
