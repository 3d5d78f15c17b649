import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { formatProblemsPage } from '../../../../lib/reference/problems-page.ts';

const committed = readFileSync(join(import.meta.dirname, '../../../../docs/problems.md'), 'utf8');

describe('docs/problems.md', () => {
  it('is up to date (npm run docs)', () => {
    expect(committed).toBe(formatProblemsPage());
  });

  it('has a section for each code, linked from the table', () => {
    const headings = [...committed.matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading);
    const links = [...committed.matchAll(/\[(\w+)\]\(#(\w+)\)/g)];
    expect(headings).toEqual([...failureCodes]);
    expect(links.map(([, code, anchor]) => [code, anchor])).toEqual(
      failureCodes.map((code) => [code, code.toLowerCase()]),
    );
  });

  it('states the default delay of a retryable code', () => {
    expect(committed).toMatch(/## KaleyraFailed[^#]*The default is 60 s\./);
  });
});
