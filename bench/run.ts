/**
 * `npm run bench`: this function against a floor and two peers, each behind a Lambda Runtime API on loopback, side by
 * side in one run. Prints the report; a full run also writes it to docs/, with the results as JSON and a chart.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chartOf } from './chart.ts';
import { buildContestants } from './contestants.ts';
import { measure } from './measure.ts';
import { reportOf } from './report.ts';
import { fullPlan, quickPlan, type Results } from './results.ts';
import { startUpstream } from './upstream.ts';

const docs = join(import.meta.dirname, '../docs');
const page = join(docs, 'performance.md');

const usage = `npm run bench              all of it, about five minutes; writes docs/performance.{md,json,svg}
npm run bench -- --quick   under a minute, with wider errors; writes nothing`;

const readOptions = () => {
  try {
    return parseArgs({ options: { quick: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(1);
  }
};

const run = async (quick: boolean): Promise<Results> => {
  await using contestants = await buildContestants();
  await using upstream = await startUpstream();
  return await measure(contestants.all, upstream, quick ? quickPlan : fullPlan);
};

const writeDocs = async (results: Results, report: string): Promise<void> => {
  await writeFile(join(docs, 'performance.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(docs, 'performance.svg'), chartOf(results));
  const text = await readFile(page, 'utf8');
  const marked = /(<!-- figures -->\n)[\s\S]*(<!-- end of figures -->)/;
  await writeFile(
    page,
    text.replace(marked, (_all, start, end) => `${start}\n${report}\n\n${end}`),
  );
};

const { quick = false, help } = readOptions();
if (help) {
  console.log(usage);
} else {
  const results = await run(quick);
  const report = reportOf(results);
  console.log(report);
  if (!quick) await writeDocs(results, report);
}
