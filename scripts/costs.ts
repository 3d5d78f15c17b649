/** `npm run costs`: computes what the stacks cost and writes it into docs/operate.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { computeCosts } from './costs/compute-costs.ts';
import { toCostsSection } from './costs/costs-section.ts';
import { replaceSection } from './docs/replace-section.ts';

const file = join(import.meta.dirname, '../docs/operate.md');
const section = toCostsSection(computeCosts());
await writeFile(file, replaceSection(await readFile(file, 'utf8'), 'costs', section));
console.log(section);
