/** `npm run docs`: writes the generated documents. `.ci/run` fails if one of them is out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOpenApiDocument } from '../lib/reference/openapi-document.ts';
import { formatProblemsPage } from '../lib/reference/problems-page.ts';
import { formatOutcomesAsMarkdown } from '../lib/sandbox/kaleyra/outcomes-table.ts';
import { formatReliabilityTable } from './docs/reliability-table.ts';
import { replaceSection } from './docs/replace-section.ts';
import { createStateMachineExamples } from './docs/state-machine-examples.ts';
import { formatOptionsPage } from './options/describe-options.ts';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

await writeFile(join(root, 'openapi.json'), JSON.stringify(createOpenApiDocument(version)));
await writeFile(join(root, 'docs/problems.md'), formatProblemsPage());
for (const [file, definition] of Object.entries(createStateMachineExamples())) {
  await writeFile(join(root, 'examples/asl', file), JSON.stringify(definition));
}
await writeFile(join(root, 'docs/options.md'), formatOptionsPage());

const sections = [
  ['docs/sandbox.md', 'outcomes', formatOutcomesAsMarkdown()],
  ['docs/reliability.md', 'codes', formatReliabilityTable()],
] as const;
for (const [file, name, text] of sections) {
  const page = await readFile(join(root, file), 'utf8');
  await writeFile(join(root, file), replaceSection(page, name, text));
}
