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

  it.each([0o640, 0o604, 0o660, 0o606, 0o601])('rejects mode %d', (mode) => {
    expect(() => read(csv, mode)).toThrow(`(mode ${mode.toString(8)}). Run: chmod 600 ${file}`);
  });

  it.each([0o400, 0o700])('accepts mode %d', (mode) => {
    expect(read(csv, mode)).toEqual(tenants);
    chmodSync(file, 0o600);
  });

  it.each([
    ['', 'tenant_id,sid,apiKey'],
    [csv.split('\n').slice(0, 1).join(), 'tenant_id,sid,apiKey'],
    [csv.split('\n').slice(1).join('\n'), 'tenant_id,sid,apiKey'],
    [csv.replaceAll(/[",]/g, ';'), 'tenant_id,sid,apiKey'],
    ['[{"tenant_id":"acme"},\n{"tenant_id":"globex"}]', 'is not valid CSV'],
    [`${csv}initech,FAKESID\n`, '(CSV_RECORD_INCONSISTENT_COLUMNS, line 4)'],
    [`${csv}initech,FAKE SID,key\n`, 'line 4 sid'],
    [`${csv}initech,FAKESID,clé\n`, 'line 4 apiKey'],
    [`${csv}ac/me,FAKESID,key\n`, 'line 4 tenant_id'],
    [`${csv}_release-check,FAKESID,key\n`, 'line 4 tenant_id'],
    [`${csv}acme,FAKESID,key\n`, 'line 4 repeats the tenant of line 2'],
    [`${jsonLines[0]}\n${key}`, 'line 2 is not JSON'],
    [`${jsonLines[0]}\n["${key}"]`, 'line 2 tenant_id'],
    [`${jsonLines[0]}\n{"tenant_id":"b","sid":"FAKE"}`, 'line 2 apiKey'],
  ])('rejects a wrong file and repeats no value (%#)', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).not.toThrow(/fake.?(api|,)|FAKE|clé/);
  });

  it('lists the first 20 problems and counts the others', () => {
    const lines = Array.from({ length: 30 }, (_, n) => `tenant-${n},FAKE SID,key`).join('\n');
    expect(() => read(`tenant_id,sid,apiKey\n${lines}`)).toThrow(
      /(\n {2}line \d+ sid.*){20}\n {2}and 10 more$/,
    );
  });

  it.each([
    ['a device', '/dev/null', 'is not a regular file.'],
    ['a folder', folder, 'is not a regular file.'],
    ['a missing file', join(folder, 'missing'), '(ENOENT)'],
  ])('rejects %s', (_name, path, message) => {
    expect(() => readTenantFile(path)).toThrow(message);
  });
});
