import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failureCodes, getDefinition } from '../../../functions/verify-number/core/failures.ts';
import { formatReliabilityTable } from '../../../scripts/docs/reliability-table.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/reliability.md'), 'utf8');

describe('the table of the reliability page', () => {
  it('is up to date (npm run docs)', () => {
    expect(page).toContain(`<!-- codes:start -->\n${formatReliabilityTable()}\n<!-- codes:end -->`);
  });

  const rows = formatReliabilityTable()
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()));

  it('has one row for each code, in the order of the catalogue', () => {
    expect(rows.map(([, code]) => code)).toEqual(failureCodes.map((code) => `\`${code}\``));
  });

  it('retries without risk exactly what is retryable and proves that the password was not checked', () => {
    const retried = rows.filter(([, , , , action]) => action === 'retries').map(([, code]) => code);
    const free = failureCodes.filter((code) => {
      const { retryable, passwordChecked } = getDefinition(code);
      // The wait of TooManyAttempts is longer than a password lives.
      return retryable && passwordChecked === 'no' && code !== 'TooManyAttempts';
    });
    expect(retried).toEqual(free.map((code) => `\`${code}\``));
  });
});
