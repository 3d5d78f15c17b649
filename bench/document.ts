import { readFile, writeFile } from 'node:fs/promises';

/** A Markdown table. The first row is the head; columns of numbers are aligned to the right. */
export const table = ([head = [], ...rows]: readonly (readonly string[])[]): string => {
  const toLine = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const isNumeric = (column: number) => rows.every((cells) => /^(\*\*)?[\d.–-]/.test(cells[column] ?? ''));
  const rule = head.map((_, column) => (column > 0 && isNumeric(column) ? '---:' : '---'));
  return [toLine(head), toLine(rule), ...rows.map(toLine)].join('\n');
};

/** A number with three digits, or all its digits if it is an integer. */
export const toDigits = (value: number): string => {
  if (Number.isNaN(value)) return '–';
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
};

/**
 * Replaces the blocks of a document that a command writes: what is between `<!-- name -->` and `<!-- end of name -->`.
 * @throws Error if the document has no such block
 */
export const writeBlocks = async (file: string, blocks: Readonly<Record<string, string>>): Promise<void> => {
  let text = await readFile(file, 'utf8');
  for (const [name, content] of Object.entries(blocks)) {
    const block = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
    if (!block.test(text)) throw new Error(`${file} has no block <!-- ${name} -->.`);
    text = text.replace(block, (_all, start, end) => `${start}\n${content}\n\n${end}`);
  }
  await writeFile(file, text);
};
