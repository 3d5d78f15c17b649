/**
 * `npm run faults`, first part: every misbehaviour of Kaleyra and of Secrets Manager, and the pairs that can meet in one request,
 * by both faces. Exits with 1 where a promise is broken. `node test/reliability/faults.ts silent` runs the cells whose name says so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultCell, faultCells } from './fault-cells.ts';
import { brokenPromises, type FaultResult, faultTables } from './fault-tables.ts';
import { atLast, heldResources } from './held-resources.ts';
import { type Face, faces, runCell } from './run-cell.ts';
import { startFaultServers } from './start-fault-servers.ts';

/** Cells that mostly wait run side by side, or the run would take an hour. */
const slowAtOnce = 12;
/** They begin so many milliseconds apart, so that they do not all shake hands at the same moment. */
const slowApartMs = 150;

interface Square {
  readonly cell: FaultCell;
  readonly face: Face;
}

let deaths = 0;
let unhandled = 0;
process.on('uncaughtException', () => {
  deaths += 1;
});
process.on('unhandledRejection', () => {
  unhandled += 1;
});

const nameOf = ({ credentials, secrets, kaleyra, kaleyraThen }: FaultCell): string =>
  [
    `credentials ${credentials}`,
    `Secrets Manager: ${secrets.name}`,
    `Kaleyra: ${kaleyra.name}${kaleyraThen === kaleyra ? '' : `, then ${kaleyraThen.name}`}`,
  ].join(' | ');

function inBatches(cells: readonly Square[]): Square[][] {
  const quick = cells.filter(({ cell }) => !cell.isSlow).map((one) => [one]);
  const slow = cells.filter(({ cell }) => cell.isSlow);
  for (let from = 0; from < slow.length; from += slowAtOnce) quick.push(slow.slice(from, from + slowAtOnce));
  return quick;
}

const [wanted = ''] = process.argv.slice(2);
const servers = await startFaultServers();
const queue = faces
  .flatMap((face) => faultCells.map((cell) => ({ cell, face })))
  .filter(({ cell }) => nameOf(cell).includes(wanted));
const batches = inBatches(queue);

const startedAt = performance.now();
const results: FaultResult[] = [];
let left = 0;
for (const batch of batches) {
  const before = heldResources();
  const done = await Promise.all(
    batch.map(async ({ cell, face }, place) => {
      await sleep(place * slowApartMs);
      return { cell, face, ...(await runCell(cell, face, servers)) };
    }),
  );
  const leftOfBatch = await atLast(() => Math.max(0, heldResources() - before));
  left += leftOfBatch;
  results.push(...done);
  for (const result of done) {
    if (leftOfBatch > 0 || brokenPromises(result) > 0) {
      process.stderr.write(`\nBROKEN ${result.face} | ${nameOf(result.cell)} | ${leftOfBatch} left\n`);
      process.stderr.write(`${JSON.stringify({ ...result, cell: undefined })}\n`);
    }
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`\r${results.length} of ${queue.length} cells, ${seconds} s `);
}
servers.stop();

const broken = results.reduce((sum, result) => sum + brokenPromises(result), left + deaths + unhandled);
console.log(`\n${faultTables(results)}`);
console.log(
  `Sockets and timers left: ${left}. Process deaths: ${deaths}. Unhandled rejections: ${unhandled}.`,
);
console.log(`${queue.length} cells: ${broken} promises broken.`);
process.exitCode = broken > 0 ? 1 : 0;
