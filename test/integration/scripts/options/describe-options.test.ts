import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { optionTable } from '../../../../lib/options/option-table.ts';
import {
  formatOptionProps,
  formatOptionsPage,
  formatOptionsText,
} from '../../../../scripts/options/describe-options.ts';

const readFromRoot = (path: string) => readFile(join(import.meta.dirname, '../../../..', path), 'utf8');

/** Line breaks and quotes are the formatter's business. */
const withoutLayout = (code: string) => code.replaceAll(/\s+|\|/g, '');

describe('docs/options.md', () => {
  it('is up to date (npm run docs)', async () => {
    expect(await readFromRoot('docs/options.md')).toBe(formatOptionsPage());
  });

  it('has one line for each option, without characters that break the table', () => {
    const lines = formatOptionsPage()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(lines.length).toBeGreaterThan(Object.keys(optionTable).length);
    for (const line of lines) expect(line).toMatch(/^\| `\w+` \|( [^|]+ \|){3}$/);
  });
});

describe('lib/options/option-props.ts', () => {
  it('is up to date (npm run docs)', async () => {
    const current = await readFromRoot('lib/options/option-props.ts');
    expect(withoutLayout(current)).toBe(withoutLayout(formatOptionProps()));
  });
});

describe('npm run options', () => {
  it('prints every option with its default', () => {
    expect(formatOptionsText()).toContain('memoryMb\n  The function');
    expect(formatOptionsText()).toContain('Default: 512.');
    for (const name of Object.keys(optionTable)) expect(formatOptionsText()).toContain(`${name}\n`);
  });
});
