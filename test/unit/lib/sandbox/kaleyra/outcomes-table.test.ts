import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { formatOutcomesAsMarkdown } from '../../../../../lib/sandbox/kaleyra/outcomes-table.ts';
import { replaceSection } from '../../../../../scripts/docs/replace-section.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../../docs/sandbox.md'), 'utf8');

describe('docs/sandbox.md', () => {
  it('is up to date (npm run docs)', () => {
    expect(page).toBe(replaceSection(page, 'outcomes', formatOutcomesAsMarkdown()));
  });
});
