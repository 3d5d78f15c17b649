import { describe, expect, it } from '@jest/globals';
import { findNearName } from '../../../../lib/options/edit-distance.ts';

describe('findNearName', () => {
  it.each([
    ['sitting', 'sitting'],
    ['SITTING', 'sitting'],
    ['sittings', 'sitting'],
    ['sit-tings', 'sitting'],
    ['siting', 'sitting'],
    ['itting', 'sitting'],
    ['sittn', 'sitting'],
    ['sitten', 'sitting'],
    ['mitting', 'sitting'],
    ['mittens', undefined],
    ['kitten', undefined],
    ['sitt', undefined],
    ['sit-ti-ngs', undefined],
    ['', undefined],
  ])('for %j and sitting is %j: at most two characters are inserted, deleted or replaced', (name, near) => {
    expect(findNearName(name, ['sitting'])).toBe(near);
  });

  it('finds the nearest of several near names', () => {
    expect(findNearName('pods', ['put', 'pads', 'pod-1', 'check'])).toBe('pads');
    expect(findNearName('podo', ['pod-1', 'pod'])).toBe('pod');
  });

  it('finds a short name for an empty one', () => {
    expect(findNearName('', ['id'])).toBe('id');
  });
});
