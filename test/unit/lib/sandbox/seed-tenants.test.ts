import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSeed } from '../../../../lib/sandbox/seed-tenants.ts';

const folder = mkdtempSync(join(tmpdir(), 'seed-'));
const file = join(folder, 'tenants.json');
afterAll(() => rmSync(folder, { recursive: true }));

const read = (seed: unknown) => {
  writeFileSync(file, typeof seed === 'string' ? seed : JSON.stringify(seed));
  return readSeed(file);
};

const credentials = { sid: 'FAKESID', apiKey: 'fake-api-key' };

it('reads tenants in the form of their secrets', () => {
  expect(read({ initech: credentials, hooli: { ...credentials, pod: 'EU' } })).toEqual([
    { tenantId: 'initech', ...credentials },
    { tenantId: 'hooli', ...credentials, pod: 'EU' },
  ]);
});

describe('refuses', () => {
  it.each([
    ['no JSON', '{', 'must be JSON.'],
    ['a list', [credentials], 'must be one JSON object with a field for each tenant.'],
    [
      'a name that no tenant can have',
      { 'a b': credentials },
      'tenant "a b": a tenant\'s name must be 1-64 of A-Z a-z 0-9 _ -.',
    ],
    [
      'a tenant without credentials',
      { initech: null },
      'tenant "initech" must be an object with sid and apiKey.',
    ],
    [
      'a SID with a slash',
      { initech: { ...credentials, sid: 'FAKE/SID' } },
      'tenant "initech": sid must be a string of letters and digits.',
    ],
    [
      'no key',
      { initech: { sid: 'FAKESID' } },
      'tenant "initech": apiKey must be a string of printable ASCII without spaces.',
    ],
    [
      'a pod that there is not',
      { initech: { ...credentials, pod: 'MARS' } },
      'tenant "initech": pod must be one of IN, SG, EU, NA.',
    ],
  ])('%s', (_what, seed, sentence) => {
    expect(() => read(seed)).toThrow(new Error(`--seed ${file}: ${sentence}`));
  });

  it('a file that is not there', () => {
    expect(() => readSeed(join(folder, 'none.json'))).toThrow(/none\.json: cannot be read \(ENOENT\)\.$/);
  });

  it('without repeating a value, which may be a real key', () => {
    expect(() => read({ initech: { sid: 'FAKESID', apiKey: 'a key' } })).toThrow(/^(?!.*a key)/);
  });
});
