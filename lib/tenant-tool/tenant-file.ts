/** The file of `import`: CSV with a header, or one JSON object per line. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { isApiKey, isSid } from '../../functions/verify-number/tenants/secret.ts';
import { isTenantId, tenantIdRule } from './command-line.ts';

export interface TenantRecord {
  readonly tenantId: string;
  readonly sid: string;
  readonly apiKey: string;
}

/** Bytes. Enough for 100,000 tenants. */
const maxFileSize = 32 * 1024 * 1024;

/**
 * Reads a file of tenants: CSV with a header, or one JSON object per line.
 * @throws Error that lists every problem with its line number. It repeats no value, because a value may be a key.
 */
export const readTenantFile = (file: string): readonly TenantRecord[] => {
  try {
    const text = readPrivateFile(file).replace(/^\uFEFF/, '');
    return checkRecords(/^\s*\{/.test(text) ? parseJsonLines(text) : parseCsv(text));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
};

/** Checks the file that is read, not the name, which could come to mean another file in between. */
const readPrivateFile = (file: string): string => {
  const descriptor = open(file);
  try {
    const stats = fstatSync(descriptor);
    const mode = stats.mode & 0o777;
    if (!stats.isFile()) throw new Error('is not a regular file.');
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(
        `contains API keys, but other users may read it (mode ${mode.toString(8)}). Run: chmod 600 ${file}`,
      );
    }
    if (stats.size > maxFileSize) throw new Error(`is larger than ${maxFileSize} bytes.`);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
};

const open = (file: string): number => {
  try {
    // Without waiting for a writer if it is a pipe.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
};

/** A record as read, with its line number. */
interface Row {
  readonly line: number;
  readonly record: unknown;
}

const columns = ['tenant_id', 'sid', 'apiKey'] as const;

/** @see https://csv.js.org/parse/options/ */
const parseCsv = (text: string): readonly Row[] => {
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(text, { columns: true, info: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    // The library's messages quote the file.
    const { code, lines } = error as { code?: string; lines?: number };
    throw new Error(
      `is not valid CSV (${code}, line ${lines}). Each line needs as many fields as the header.`,
    );
  }
  const [first] = records;
  if (first && columns.some((name) => !(name in first.record))) {
    throw new Error(`must start with the header ${columns.join(',')}, or contain one JSON object per line.`);
  }
  return records.map(({ record, info }) => ({ line: info.lines, record }));
};

const parseJsonLines = (text: string): readonly Row[] =>
  text.split('\n').flatMap((json, index) => {
    if (json.trim() === '') return [];
    try {
      return [{ line: index + 1, record: JSON.parse(json) as unknown }];
    } catch {
      return [{ line: index + 1, record: undefined }];
    }
  });

const checkRecords = (rows: readonly Row[]): readonly TenantRecord[] => {
  if (rows.length === 0) {
    throw new Error(`contains no tenants. The first line of CSV is the header ${columns.join(',')}.`);
  }
  const lineOfTenant = new Map<string, number>();
  const problems: string[] = [];
  const tenants = rows.flatMap(({ line, record }) => {
    const { tenant_id: tenantId, sid, apiKey } = Object(record) as Partial<Record<string, unknown>>;
    const wrong: string[] = [];
    if (record === undefined) wrong.push('is not JSON');
    else {
      if (!isTenantId(tenantId)) wrong.push(`tenant_id ${tenantIdRule}`);
      else if (lineOfTenant.has(tenantId))
        wrong.push(`repeats the tenant of line ${lineOfTenant.get(tenantId)}`);
      else lineOfTenant.set(tenantId, line);
      if (!isSid(sid)) wrong.push('sid must be letters and digits');
      if (!isApiKey(apiKey))
        wrong.push('apiKey must be at most 512 characters of printable ASCII without spaces');
    }
    problems.push(...wrong.map((problem) => `line ${line} ${problem}`));
    return isTenantId(tenantId) && isSid(sid) && isApiKey(apiKey) ? [{ tenantId, sid, apiKey }] : [];
  });
  if (problems.length === 0) return tenants;
  const shown = problems.slice(0, 20);
  const more = problems.length - shown.length;
  throw new Error(
    `has errors. Nothing was changed.\n  ${shown.join('\n  ')}${more > 0 ? `\n  and ${more} more` : ''}`,
  );
};
