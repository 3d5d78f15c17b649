/**
 * `npm run bench`: compares this function with a floor and two peers in one run, each behind a Lambda Runtime API on
 * loopback. A full run writes docs/performance.{md,json,svg}.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawChart } from './chart.ts';
import { buildContestants } from './contestants.ts';
import { writeBlocks } from './document.ts';
import { measure } from './measure.ts';
import { measureParts } from './parts/measure-parts.ts';
import { reportBlocks } from './report.ts';
import { fullPlan, quickPlan, toJson } from './results.ts';
import { startUpstream } from './upstream.ts';

const docs = join(import.meta.dirname, '../docs');

const usage = `npm run bench              measures everything in about five minutes and writes docs/performance.{md,json,svg}
npm run bench -- --quick   takes about a minute, with larger errors, and writes nothing
npm run bench -- --parts   shows where the function's time and its bundle's bytes go, and writes nothing`;

const readOptions = () => {
  try {
    const options = {
      quick: { type: 'boolean' },
      parts: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(1);
  }
};

const { quick = false, parts = false, help = false } = readOptions();
if (help) {
  console.log(usage);
} else {
  await using contestants = await buildContestants();
  await using upstream = await startUpstream();
  if (parts) {
    console.log(await measureParts(contestants.all, upstream));
  } else {
    const results = await measure(contestants.all, upstream, quick ? quickPlan : fullPlan);
    const blocks = reportBlocks(results);
    console.log(Object.values(blocks).join('\n\n'));
    if (!quick) {
      await writeFile(join(docs, 'performance.json'), toJson(results));
      await writeFile(join(docs, 'performance.svg'), drawChart(results));
      await writeBlocks(join(docs, 'performance.md'), blocks);
    }
  }
}
