import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { table, toDigits, writeBlocks } from '../../../bench/document.ts';

describe('writeBlocks', () => {
  const write = async (text: string, blocks: Record<string, string>): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'document-'));
    try {
      const file = join(folder, 'page.md');
      await writeFile(file, text);
      await writeBlocks(file, blocks);
      return await readFile(file, 'utf8');
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const page = 'Before\n<!-- a -->\nold\n<!-- end of a -->\nbetween\n<!-- b -->\n<!-- end of b -->\n';

  it('replaces the named blocks and nothing else', async () => {
    const written = await write(page, { a: 'new $1' });
    expect(written).toBe(page.replace('\nold\n', () => '\n\nnew $1\n\n'));
    expect(await write(written, { a: 'new $1' })).toBe(written);
  });

  it('rejects a block that the document does not have', async () => {
    await expect(write(page, { c: 'new' })).rejects.toThrow('has no block <!-- c -->');
  });
});

describe('table', () => {
  it('aligns columns of numbers to the right', () => {
    const rows = [
      ['name', 'size', 'note'],
      ['a', '1', 'x'],
      ['b', '–', '2'],
    ];
    expect(table(rows)).toBe('| name | size | note |\n| --- | ---: | --- |\n| a | 1 | x |\n| b | – | 2 |');
  });
});

describe('toDigits', () => {
  it.each([
    [Number.NaN, '–'],
    [0.1234, '0.12'],
    [12.345, '12.3'],
    [1234.5, '1,235'],
    [7, '7'],
  ])('writes %p as %p', (value, text) => {
    expect(toDigits(value)).toBe(text);
  });
});
