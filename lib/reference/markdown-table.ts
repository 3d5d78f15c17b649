/** Formats a table in Markdown. */
export const formatMarkdownTable = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string => {
  const toLine = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [toLine(header), `|${'---|'.repeat(header.length)}`, ...rows.map(toLine)].join('\n');
};
