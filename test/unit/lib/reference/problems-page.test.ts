import { describe, expect, it } from '@jest/globals';
import { failureCodes } from '../../../../functions/verify-number/core/failures.ts';
import { formatProblemsPage } from '../../../../lib/reference/problems-page.ts';

const page = formatProblemsPage();

describe('formatProblemsPage', () => {
  it('has a section for each code, linked from the table', () => {
    const headings = [...page.matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading);
    const links = [...page.matchAll(/\[(\w+)\]\(#(\w+)\)/g)];
    expect(headings).toEqual([...failureCodes]);
    expect(links.map(([, code, anchor]) => [code, anchor])).toEqual(
      failureCodes.map((code) => [code, code.toLowerCase()]),
    );
  });

  it('states the default delay of a retryable code', () => {
    expect(page).toMatch(/## KaleyraFailed[^#]*The default is 60 s\./);
  });
});
