import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { formatOutcomesAsMarkdown } from '../../../../../lib/sandbox/kaleyra/outcomes-table.ts';

describe('formatOutcomesAsMarkdown', () => {
  it('matches the table in docs/sandbox.md', async () => {
    const page = await readFile(new URL('../../../../../docs/sandbox.md', import.meta.url), 'utf8');
    const [, table] = /<!-- outcomes:start -->\n([\s\S]*?)<!-- outcomes:end -->/.exec(page) ?? [];

    expect(table).toBe(formatOutcomesAsMarkdown());
  });
});
