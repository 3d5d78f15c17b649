import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readTenantFile } from '../../../../lib/tenant-tool/tenant-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenant-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'tenants');
const key = 'fake-api-key-of-acme';

const read = (text: string, mode = 0o600) => {
  writeFileSync(file, text);
  chmodSync(file, mode);
  return readTenantFile(file);
};

const readError = (...args: Parameters<typeof read>): string => {
  try {
    read(...args);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The file was accepted.');
};

const tenants = [
  { tenantId: 'acme', sid: 'FAKESIDACME', apiKey: key },
  { tenantId: 'globex', sid: 'FAKESIDGLOBEX', apiKey: 'fake,"key"' },
];
const csv = `tenant_id,sid,apiKey\nacme,FAKESIDACME,${key}\nglobex,FAKESIDGLOBEX,"fake,""key"""\n`;
const jsonLines = tenants.map(({ tenantId, ...others }) =>
  JSON.stringify({ tenant_id: tenantId, ...others }),
);

describe('readTenantFile', () => {
  it.each([
    ['CSV', csv],
    ['CSV as a spreadsheet writes it', `\uFEFF${csv.replaceAll('\n', '\r\n')}\r\n`],
    ['CSV with other columns', csv.replaceAll(/^(\w+),/gm, 'note,$1,').replace('note', 'name')],
    ['JSON lines', jsonLines.join('\n')],
    ['JSON lines with empty lines', `\n${jsonLines.join('\r\n\r\n')}\r\n`],
  ])('reads %s', (_name, text) => {
    expect(read(text)).toEqual(tenants);
  });

  it.each([[0o640], [0o604], [0o660], [0o606], [0o601]])('rejects mode %d', (mode) => {
    expect(readError(csv, mode)).toBe(
      `${file}: contains API keys, but other users may read it (mode ${mode.toString(8)}). Run: chmod 600 ${file}`,
    );
  });

  it.each([[0o600], [0o400], [0o700]])('accepts mode %d', (mode) => {
    expect(read(csv, mode)).toEqual(tenants);
    chmodSync(file, 0o600);
  });

  it.each([
    ['', 'contains no tenants. The first line of CSV is the header tenant_id,sid,apiKey.'],
    [csv.split('\n').slice(0, 1).join(), 'contains no tenants.'],
    [csv.split('\n').slice(1).join('\n'), 'must start with the header tenant_id,sid,apiKey'],
    [csv.replaceAll(/[",]/g, ';'), 'must start with the header tenant_id,sid,apiKey'],
    ['[{"tenant_id":"acme"},\n{"tenant_id":"globex"}]', 'is not valid CSV'],
    [`${csv}initech,FAKESID\n`, 'is not valid CSV (CSV_RECORD_INCONSISTENT_COLUMNS, line 4)'],
    [`${csv}initech,FAKE SID,key\n`, 'line 4 sid must be letters and digits'],
    [`${csv}initech,FAKESID,clé\n`, 'line 4 apiKey must be printable ASCII without spaces'],
    [`${csv}ac/me,FAKESID,key\n`, 'line 4 tenant_id must be a string of 1-64'],
    [`${csv}_release-check,FAKESID,key\n`, 'line 4 tenant_id must be a string of 1-64'],
    [`${csv}acme,FAKESID,key\n`, 'line 4 repeats the tenant of line 2'],
    [`${jsonLines[0]}\n${key}`, 'line 2 is not JSON'],
    [`${jsonLines[0]}\n["${key}"]`, 'line 2 tenant_id must be'],
    [`${jsonLines[0]}\n{"tenant_id":"b","sid":"FAKE"}`, 'line 2 apiKey must be printable ASCII'],
  ])('rejects a wrong file and repeats no value (%#)', (text, message) => {
    const error = readError(text);
    expect(error).toContain(message);
    expect(error).not.toMatch(/fake.?(api|,)|FAKE|clé/);
  });

  it('lists every problem, up to 20', () => {
    const lines = Array.from({ length: 30 }, (_, n) => `tenant-${n},FAKE SID,key`).join('\n');
    const error = readError(`tenant_id,sid,apiKey\n${lines}`);
    expect(error.match(/line \d+ sid/g)).toHaveLength(20);
    expect(error).toContain('and 10 more');
  });

  it('rejects what is not a regular file, or does not exist', () => {
    expect(() => readTenantFile('/dev/null')).toThrow('/dev/null: is not a regular file.');
    expect(() => readTenantFile(folder)).toThrow('is not a regular file.');
    expect(() => readTenantFile(join(folder, 'missing'))).toThrow('cannot be read (ENOENT).');
  });
});
