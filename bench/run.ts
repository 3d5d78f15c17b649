/**
 * `npm run bench`: compares this function with a floor and a peer in one run, each behind a Lambda Runtime API on
 * loopback, and writes docs/performance.md and its chart. With `-- --quick`, it is shorter, has larger errors and writes
 * nothing.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawChart } from './chart.ts';
import { fullPlan, quickPlan } from './conditions.ts';
import { buildContestants } from './contestants.ts';
import { writeBlocks } from './document.ts';
import { measure } from './measure.ts';
import { reportBlocks } from './report.ts';

const docs = join(import.meta.dirname, '../docs');
const { quick } = parseArgs({ options: { quick: { type: 'boolean' } } }).values;

const results = await measure(await buildContestants(), quick ? quickPlan : fullPlan);
const blocks = reportBlocks(results);
console.log(Object.values(blocks).join('\n\n'));
if (!quick) {
  await writeFile(join(docs, 'performance.svg'), drawChart(results));
  await writeBlocks(join(docs, 'performance.md'), blocks);
}
