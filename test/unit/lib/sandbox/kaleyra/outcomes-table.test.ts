import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { outcomesMarkdown } from '../../../../../lib/sandbox/kaleyra/outcomes-table.ts';

it('stands in the README as it is', async () => {
  const readme = await readFile(new URL('../../../../../README.md', import.meta.url), 'utf8');
  const [, stands] = /<!-- outcomes:start -->\n([\s\S]*?)<!-- outcomes:end -->/.exec(readme) ?? [];

  expect(stands).toBe(outcomesMarkdown());
});
