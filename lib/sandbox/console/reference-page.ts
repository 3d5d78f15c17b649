import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { referenceDocument } from './reference-document.ts';

/** A page or a part of one, as it is answered with. */
export interface Page {
  readonly contentType: string;
  readonly body: string | Buffer;
}

/** @returns undefined where there is no page at that path */
export type ReadPage = (path: string) => Promise<Page> | undefined;

const here = join(import.meta.dirname, 'reference');
const openApiFile = join(import.meta.dirname, '../../../openapi.json');
const javaScript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';

/**
 * The reference page at `/`, the description that it shows, and `openapi.json` as it is. The viewer comes from
 * node_modules: nothing is asked for off loopback.
 * @param token what the page is to send, where the sandbox asks callers for a token
 */
export const createReferencePage = (token?: string): ReadPage => {
  const viewer = viewerFolder();
  const file = async (folder: string, name: string, contentType: string): Promise<Page> => ({
    contentType,
    body: await readFile(join(folder, name)),
  });
  const pages: Readonly<Record<string, () => Promise<Page>>> = {
    '/': () => file(here, 'index.html', 'text/html; charset=utf-8'),
    '/openapi.json': async () => ({ contentType: 'application/json', body: await readFile(openApiFile) }),
    '/reference/openapi.json': async () => ({
      contentType: 'application/json',
      body: JSON.stringify(referenceDocument(await readFile(openApiFile, 'utf8'), token)),
    }),
    '/reference/page.js': () => file(here, 'page.js', javaScript),
    '/reference/page.css': () => file(here, 'page.css', css),
    '/reference/swagger-ui.css': () => file(viewer, 'swagger-ui.css', css),
    '/reference/swagger-ui-bundle.js': () => file(viewer, 'swagger-ui-bundle.js', javaScript),
    '/reference/favicon-32x32.png': () => file(viewer, 'favicon-32x32.png', 'image/png'),
  };
  return (path) => (Object.hasOwn(pages, path) ? pages[path]?.() : undefined);
};

/** Swagger UI's files: the npm package contains a copy of them, and a checkout has the package that they come from. */
const viewerFolder = (): string => {
  const copy = join(import.meta.dirname, '../../../dist/swagger-ui');
  if (existsSync(copy)) return copy;
  return dirname(createRequire(`${import.meta.dirname}/`).resolve('swagger-ui-dist/package.json'));
};

/** Lets the page reach nothing but this sandbox, whatever a viewer may try. Swagger UI styles elements in place. */
export const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
