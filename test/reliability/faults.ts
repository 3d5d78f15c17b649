/**
 * `npm run faults`, first part: every misbehaviour of Kaleyra and of Secrets Manager, and the pairs that can meet in one
 * request, by both faces. Exits with 1 where a promise is broken. `node test/reliability/faults.ts silent` runs the
 * cells whose name says so.
 */
import { type FaultCell, faultCells, type Pace, paces } from './fault-cells.ts';
import { brokenPromises, type FaultResult, faultTables } from './fault-tables.ts';
import { atLast, heldResources } from './held-resources.ts';
import { faces, runCell } from './run-cell.ts';
import { startFaultServers } from './start-fault-servers.ts';

/** How many cells run side by side. Those that mostly wait do so together, or the run would take an hour. */
const sideBySide = { busy: 1, slow: 4, waiting: 8 } as const;

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

const [wanted = ''] = process.argv.slice(2);
const queue = faces
  .flatMap((face) => faultCells.map((cell) => ({ cell, face })))
  .filter(({ cell }) => nameOf(cell).includes(wanted));

const servers = await startFaultServers();
const startedAt = performance.now();
const results: FaultResult[] = [];

/** Runs all cells of a pace, so many side by side. */
const runAll = async (pace: Pace): Promise<void> => {
  const squares = queue.filter(({ cell }) => cell.pace === pace).values();
  const oneAfterTheOther = async (): Promise<void> => {
    for (const { cell, face } of squares) {
      const result = { cell, face, ...(await runCell(cell, face, servers)) };
      results.push(result);
      if (brokenPromises(result) > 0) {
        process.stderr.write(`\nBROKEN ${face} | ${nameOf(cell)}\n`);
        process.stderr.write(`${JSON.stringify({ ...result, cell: undefined })}\n`);
      }
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      process.stderr.write(`\r${results.length} of ${queue.length} cells, ${seconds} s `);
    }
  };
  await Promise.all(Array.from({ length: sideBySide[pace] }, oneAfterTheOther));
};

const before = heldResources();
let left = 0;
for (const pace of paces) {
  await runAll(pace);
  left += await atLast(() => Math.max(0, heldResources() - before));
}
servers.stop();

const broken = results.reduce((sum, result) => sum + brokenPromises(result), left + deaths + unhandled);
console.log(`\n${faultTables(results)}`);
console.log(
  `Sockets and timers left: ${left}. Process deaths: ${deaths}. Unhandled rejections: ${unhandled}.`,
);
console.log(`${queue.length} cells: ${broken} promises broken.`);
process.exitCode = broken > 0 ? 1 : 0;
