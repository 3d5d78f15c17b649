/** The files that the console serves as they are: its page, the page's view library, and openapi.json. */
import { existsSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** The folder of the page's own files. */
export const pageFolder = join(import.meta.dirname, 'page');

/** The view library: a package whose modules the page loads as they are. */
export const pageLibrary = 'lit-html';

/** The modules that the page imports, directly or not. */
export const pageLibraryFiles = [
  'lit-html.js',
  'directive.js',
  'directive-helpers.js',
  'directives/live.js',
  'directives/repeat.js',
];

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

export const getContentType = (file: string): string => contentTypes[extname(file)] ?? '';

/** The files by path. A path that is not in the map does not exist, so that no path leads out of the folders. */
export const listStaticFiles = (): ReadonlyMap<string, string> => {
  // A checkout has the installed package. The npm package contains a copy.
  const installed = join(root, 'node_modules', pageLibrary);
  const library = existsSync(installed) ? installed : join(root, 'dist', pageLibrary);
  const names = readdirSync(pageFolder).filter((name) => /\.(css|js|svg)$/.test(name));
  return new Map([
    ['/', join(pageFolder, 'index.html')],
    ['/openapi.json', join(root, 'openapi.json')],
    ...names.map((name) => [`/console/${name}`, join(pageFolder, name)] as const),
    ...pageLibraryFiles.map((name) => [`/console/${pageLibrary}/${name}`, join(library, name)] as const),
  ]);
};
