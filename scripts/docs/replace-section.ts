/**
 * Replaces the text between two comments of a Markdown page: `<!-- name:start -->` and `<!-- name:end -->`.
 * @throws Error if the page has no such comments
 */
export const replaceSection = (page: string, name: string, text: string): string => {
  const pattern = new RegExp(`(<!-- ${name}:start -->\n)[^]*(<!-- ${name}:end -->)`);
  if (!pattern.test(page)) throw new Error(`The page has no section ${name}.`);
  return page.replace(pattern, (_all, start, end) => `${start}${text.trimEnd()}\n${end}`);
};
