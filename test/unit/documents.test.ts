/** The links between the documents, and their placeholders. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

const listPages = (folder: string, recursive: boolean): string[] =>
  readdirSync(folder, { recursive })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const pages = [
  ...listPages(root, false),
  ...listPages(join(root, 'docs'), true),
  ...listPages(join(root, 'examples'), true),
];

const readProse = (page: string) => readFileSync(page, 'utf8').replace(/^ *```.*?^ *```/gms, '');

/** The ids that GitHub gives to the headings of a page. */
const listAnchors = (page: string): string[] =>
  [...readProse(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const isBroken = (page: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && target.endsWith('.md') && !listAnchors(target).includes(anchor);
};

const namedPages = pages.map((page) => [relative(root, page), page] as const);

describe('a document', () => {
  it.each(namedPages)('has no placeholder in a table: %s', (_name, page) => {
    expect(readProse(page)).not.toMatch(/\| *(TODO|TBD|FIXME|XXX) *\|/);
  });

  it.each(namedPages)('has links to existing files and headings: %s', (_name, page) => {
    const links = [...readProse(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => !/^[a-z]+:/.test(link) && isBroken(page, link));
    expect(broken).toEqual([]);
  });

  it.each([
    ['a missing file', './no-such-file.md'],
    ['a missing heading', 'README.md#no-such-heading'],
  ])('would be reported for a link to %s', (_case, link) => {
    expect(isBroken(join(root, 'README.md'), link)).toBe(true);
  });
});
