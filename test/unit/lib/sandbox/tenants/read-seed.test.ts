import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSeed } from '../../../../../lib/sandbox/tenants/read-seed.ts';
import { brokenTenants } from '../../../../../lib/sandbox/tenants/seed-tenants.ts';

const folder = mkdtempSync(join(tmpdir(), 'seed-'));
const file = join(folder, 'tenants.json');
afterAll(() => rmSync(folder, { recursive: true }));

const read = (seed: unknown) => {
  writeFileSync(file, typeof seed === 'string' ? seed : JSON.stringify(seed));
  return readSeed(file);
};

const credentials = { sid: 'FAKESID', apiKey: 'fake-api-key' };

describe('readSeed', () => {
  it('reads tenants in the format of their secrets', () => {
    expect(
      read({ initech: credentials, hooli: { ...credentials, pod: 'EU', remembersNumbers: true } }),
    ).toEqual([
      { tenantId: 'initech', ...credentials, remembersNumbers: false },
      { tenantId: 'hooli', ...credentials, pod: 'EU', remembersNumbers: true },
    ]);
  });

  it.each([
    ['text that is not JSON', '{', 'The file must be JSON'],
    ['a list', [credentials], 'The file must be a JSON object'],
    ['an invalid name', { 'a b': credentials }, 'Tenant "a b": The name must be'],
    ...[...Object.values(brokenTenants), '_release-check'].map(
      (name) =>
        ['a reserved name', { [name]: credentials }, `Tenant "${name}": This name is reserved`] as const,
    ),
    ['a tenant without credentials', { a: null }, 'Tenant "a": The value must be'],
    ['a SID with a slash', { a: { ...credentials, sid: 'FAKE/SID' } }, 'Tenant "a": sid must be'],
    ['a tenant without a key', { a: { sid: 'FAKESID' } }, 'Tenant "a": apiKey must be'],
    [
      'a pod that does not exist',
      { a: { ...credentials, pod: 'MARS' } },
      'Tenant "a": pod must be one of IN, SG, EU, NA.',
    ],
    [
      'text instead of a boolean',
      { a: { ...credentials, remembersNumbers: 'yes' } },
      'Tenant "a": remembersNumbers',
    ],
  ])('rejects %s and names the field', (_what, seed, sentence) => {
    expect(() => read(seed)).toThrow(`--seed ${file}: ${sentence}`);
  });

  it('rejects a missing file, and does not wait for a pipe or a terminal', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);

    expect(() => readSeed(join(folder, 'none.json'))).toThrow('(ENOENT)');
    for (const special of [pipe, '/dev/ptmx']) expect(() => readSeed(special)).toThrow('not a regular file');
  });

  it('never repeats a value, which may be a real key', () => {
    expect(() => read({ initech: { sid: 'FAKESID', apiKey: 'a key' } })).toThrow(/^(?!.*a key)/);
  });
});
