import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { magicNumbersMarkdown } from '../../../lib/sandbox/magic-numbers-table.ts';

it('stands in the README as it is', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, stands] = /<!-- magic-numbers:start -->\n([\s\S]*?)<!-- magic-numbers:end -->/.exec(readme) ?? [];

  expect(stands).toBe(magicNumbersMarkdown());
});
