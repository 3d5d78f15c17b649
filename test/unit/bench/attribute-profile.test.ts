import { describe, expect, it } from '@jest/globals';
import { attributeProfile, partOfSource } from '../../../bench/parts/attribute-profile.ts';

const frame = (id: number, functionName: string, url: string) => ({
  id,
  callFrame: { functionName, url, lineNumber: 0, columnNumber: 0 },
});

describe('attributeProfile', () => {
  it('sums up the time by area and omits idle time and the profiler', () => {
    const sums = attributeProfile({
      nodes: [
        frame(1, '(idle)', ''),
        frame(2, 'connect', 'node:_tls_wrap'),
        frame(3, 'post', 'node:inspector'),
        frame(4, '(garbage collector)', ''),
        frame(5, 'writev', ''),
        frame(6, 'handler', 'file:///var/task/index.mjs'),
        frame(7, 'read', 'node:internal/streams/readable'),
      ],
      samples: [1, 2, 2, 3, 4, 5, 6, 7],
      timeDeltas: [1000, 20, 22, 500, 5, 7, 3, 9],
    });
    expect(Object.fromEntries(sums)).toEqual({
      'node: tls': 42,
      '(garbage collector)': 5,
      'V8 and native code': 7,
      'own code': 3,
      'node: streams': 9,
    });
  });
});

describe('partOfSource', () => {
  it.each([
    ['../functions/verify-number/core/parse-command.ts', 'own: core'],
    ['../functions/verify-number/index.ts', 'own: index.ts'],
    ['../node_modules/@smithy/core/dist/index.js', '@smithy/core'],
    ['node_modules/a/node_modules/lru-cache/index.js', 'lru-cache'],
  ])('attributes %s to %s', (source, part) => {
    expect(partOfSource(source)).toBe(part);
  });
});
