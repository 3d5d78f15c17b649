/** The console's files as they are, the files of its view library, and openapi.json. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, sep } from 'node:path';

export interface StaticFile {
  readonly contentType: string;
  read(): Promise<string | Buffer>;
}

const pageFolder = join(import.meta.dirname, 'page');
const openApiFile = join(import.meta.dirname, '../../../openapi.json');
const indexFile = join(pageFolder, 'index.html');

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

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

/** The files by path. A path that is not in the map does not exist, so that no path leads out of the folders. */
export const loadStaticFiles = (): ReadonlyMap<string, StaticFile> => {
  const files = new Map<string, StaticFile>([
    ['/', toFile(indexFile, 'text/html; charset=utf-8')],
    ['/openapi.json', toFile(openApiFile, 'application/json')],
  ]);
  for (const name of readdirSync(pageFolder, { recursive: true, encoding: 'utf8' })) {
    const contentType = contentTypes[extname(name)];
    const path = `/console/${name.split(sep).join('/')}`;
    if (contentType) files.set(path, toFile(join(pageFolder, name), contentType));
  }
  const library = findLibrary();
  for (const name of pageLibraryFiles) {
    // Read now, because a build of the package replaces the copy.
    const content = readFileSync(join(library, name));
    files.set(`/console/${pageLibrary}/${name}`, {
      contentType: 'text/javascript; charset=utf-8',
      read: async () => content,
    });
  }
  return files;
};

const toFile = (file: string, contentType: string): StaticFile => ({
  contentType,
  read: () => readFile(file),
});

/**
 * The library's folder: the npm package contains a copy, a checkout has the installed package. Node resolves the
 * package's name to its `node` folder.
 */
const findLibrary = (): string => {
  const copy = join(import.meta.dirname, '../../../dist', pageLibrary);
  if (existsSync(copy)) return copy;
  return dirname(dirname(createRequire(`${import.meta.dirname}/`).resolve(pageLibrary)));
};

let policy: string | undefined;

/**
 * The content security policy of every page: nothing from elsewhere, no inline scripts except the import map, no inline
 * styles, and no HTML from strings except lit-html's own templates.
 * Source: https://developer.mozilla.org/en-US/docs/Web/HTML/Reference/Elements/script/type/importmap
 */
export const contentSecurityPolicy = (): string => {
  policy ??= [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hashImportMap()}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');
  return policy;
};

const hashImportMap = (): string => {
  const [, importMap = ''] =
    /<script type="importmap">(.*?)<\/script>/s.exec(readFileSync(indexFile, 'utf8')) ?? [];
  return createHash('sha256').update(importMap).digest('base64');
};
