import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { problemsPage } from '../../../../lib/reference/problems-page.ts';

const committed = readFileSync(join(import.meta.dirname, '../../../../docs/problems.md'), 'utf8');

describe('docs/problems.md', () => {
  it('is what `npm run docs` makes', () => {
    expect(committed).toBe(problemsPage());
  });

  it('has a heading for each code, which its row links to', () => {
    const headings = [...committed.matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading);
    const links = [...committed.matchAll(/\[(\w+)\]\(#(\w+)\)/g)];
    expect(headings).toEqual([...failureCodes]);
    expect(links.map(([, code, anchor]) => [code, anchor])).toEqual(
      failureCodes.map((code) => [code, code.toLowerCase()]),
    );
  });

  it('says of a retryable code how long to wait', () => {
    expect(committed).toMatch(/## KaleyraUnavailable[^#]*Retry-After`\. The function's own value is 60\./);
  });
});
