/** `npm run docs`: writes the documents that are made from the contract and the catalogue. A test says when to. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { optionPropsModule, optionsPage } from '../lib/options/describe-options.ts';
import { openApiDocument } from '../lib/reference/openapi-document.ts';
import { problemsPage } from '../lib/reference/problems-page.ts';
import { outcomesMarkdown } from '../lib/sandbox/kaleyra/outcomes-table.ts';
import { replaceSection } from './replace-section.ts';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

await writeFile(join(root, 'openapi.json'), JSON.stringify(openApiDocument(version)));
await writeFile(join(root, 'docs/problems.md'), problemsPage());
await writeFile(join(root, 'docs/options.md'), optionsPage());
await writeFile(join(root, 'lib/options/option-props.ts'), optionPropsModule());

const readme = join(root, 'README.md');
const page = await readFile(readme, 'utf8');
await writeFile(readme, replaceSection(page, 'outcomes', outcomesMarkdown()));
