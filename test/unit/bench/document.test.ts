import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeBlocks } from '../../../bench/document.ts';

describe('writeBlocks', () => {
  it('replaces the named blocks and nothing else, and rejects a name that the document does not have', async () => {
    const page = 'Before\n<!-- a -->\nold\n<!-- end of a -->\nbetween\n<!-- b -->\n<!-- end of b -->\n';
    const written = page.replace('\nold\n', () => '\n\nnew $1\n\n');
    const folder = await mkdtemp(join(tmpdir(), 'document-'));
    try {
      const file = join(folder, 'page.md');
      await writeFile(file, page);
      for (let time = 0; time < 2; time += 1) {
        await writeBlocks(file, { a: 'new $1' });
        expect(await readFile(file, 'utf8')).toBe(written);
      }
      await expect(writeBlocks(file, { c: 'new' })).rejects.toThrow('has no block <!-- c -->');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
