/**
 * `npm run simulate`: simulates fleets of different sizes with the durations that the benchmark measured, and writes
 * docs/scale.md and its chart. The same durations give the same results.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBlocks } from '../document.ts';
import { showProgress } from '../progress.ts';
import { toAssumptions } from './assumptions.ts';
import { calibrate } from './calibrate.ts';
import { drawScaleChart } from './chart.ts';
import { scaleBlocks } from './report.ts';
import { requestRates, type Scenario, simulateScenario, tenantCounts } from './scenarios.ts';

const docs = join(import.meta.dirname, '../../docs');
const seed = 20_261_124;

const usage = `npm run simulate              takes about a minute and writes docs/scale.md and docs/scale.svg
npm run simulate -- --quick   omits the rate of 10,000 requests per second and writes nothing`;

const readOptions = () => {
  try {
    return parseArgs({ options: { quick: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(1);
  }
};

const simulate = async (quick: boolean): Promise<void> => {
  const assumptions = toAssumptions(JSON.parse(await readFile(join(docs, 'performance.json'), 'utf8')));
  const calibration = await calibrate(assumptions.durations, seed);
  const { simulatedReads, countedReads } = calibration;
  if (Math.abs(simulatedReads / countedReads - 1) > 0.05) {
    throw new Error(`The simulation is wrong: ${simulatedReads} reads simulated, ${countedReads} counted.`);
  }
  const rates = quick ? requestRates.slice(0, -1) : requestRates;
  const scenarios: Scenario[] = [];
  for (const tenants of tenantCounts) {
    for (const rate of rates) {
      const progress = showProgress(`${tenants} tenants, ${rate} requests per second`, 1);
      scenarios.push(simulateScenario(tenants, rate, assumptions, seed, quick ? 1e5 : 1e6));
      progress();
    }
  }
  const blocks = scaleBlocks(scenarios, assumptions, calibration);
  console.log(Object.values(blocks).join('\n\n'));
  if (quick) return;
  await writeFile(join(docs, 'scale.svg'), drawScaleChart(scenarios, assumptions));
  await writeBlocks(join(docs, 'scale.md'), blocks);
};

const { quick = false, help = false } = readOptions();
if (help) console.log(usage);
else await simulate(quick);
