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
    ['text that is not JSON', '{', 'The file must be JSON.'],
    ['a list', [credentials], 'The file must be a JSON object with one field per tenant.'],
    [
      'an invalid name',
      { 'a b': credentials },
      'Tenant "a b": The name must be a string of 1-64 characters from A-Z a-z 0-9 _ -.',
    ],
    [
      'a tenant without credentials',
      { initech: null },
      'Tenant "initech": The value must be an object with sid and apiKey.',
    ],
    [
      'a SID with a slash',
      { initech: { ...credentials, sid: 'FAKE/SID' } },
      'Tenant "initech": sid must be a string of letters and digits.',
    ],
    [
      'a tenant without a key',
      { initech: { sid: 'FAKESID' } },
      'Tenant "initech": apiKey must be a string of printable ASCII without spaces.',
    ],
    [
      'an unknown pod',
      { initech: { ...credentials, pod: 'MARS' } },
      'Tenant "initech": pod must be one of IN, SG, EU, NA.',
    ],
    [
      'a remembersNumbers that is not a boolean',
      { initech: { ...credentials, remembersNumbers: 'yes' } },
      'Tenant "initech": remembersNumbers must be true or false.',
    ],
  ])('rejects %s', (_what, seed, sentence) => {
    expect(() => read(seed)).toThrow(new Error(`--seed ${file}: ${sentence}`));
  });

  it.each([...Object.values(brokenTenants), '_release-check'])('rejects the reserved name %s', (name) => {
    expect(() => read({ [name]: credentials })).toThrow(
      `Tenant "${name}": This name is reserved. Choose another one.`,
    );
  });

  it('rejects a missing file', () => {
    expect(() => readSeed(join(folder, 'none.json'))).toThrow(/: The file cannot be read \(ENOENT\)\.$/);
  });

  it('rejects a pipe without reading it', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);

    expect(() => readSeed(pipe)).toThrow(/: This is not a regular file\./);
  });

  it('rejects a terminal without reading it', () => {
    expect(() => readSeed('/dev/ptmx')).toThrow(/: This is not a regular file\./);
  });

  it('never repeats a value, which may be a real key', () => {
    expect(() => read({ initech: { sid: 'FAKESID', apiKey: 'a key' } })).toThrow(/^(?!.*a key)/);
  });
});
