/** `npm run docs`: writes the documents that are made from the contract and the catalogue. A test says when to. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApiDocument } from '../lib/reference/openapi-document.ts';
import { problemsPage } from '../lib/reference/problems-page.ts';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

await mkdir(join(root, 'docs'), { recursive: true });
await writeFile(join(root, 'openapi.json'), JSON.stringify(openApiDocument(version)));
await writeFile(join(root, 'docs/problems.md'), problemsPage());
