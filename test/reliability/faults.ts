/**
 * `npm run faults`, first part: every misbehaviour of Kaleyra and of Secrets Manager, and the pairs that can meet in one
 * request, by both entry points. Exits with 1 where a promise is broken. `node test/reliability/faults.ts silent` runs the
 * cells whose name says so.
 */
import { type FaultCell, faultCells, paces } from './fault-cells.ts';
import { brokenPromises, type FaultResult, faultTables } from './fault-tables.ts';
import { atLast, heldResources } from './held-resources.ts';
import { type Channel, channels, runCell } from './run-cell.ts';
import { startFaultServers } from './start-fault-servers.ts';

/**
 * How many cells run side by side. Those that mostly wait do so together, or the run would take an hour. Where one of
 * those breaks a promise, it may be for what ran beside it: it is run again by itself, and that is what counts.
 */
const sideBySide = { busy: 1, slow: 5, waiting: 10 } as const;

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

interface Square {
  readonly cell: FaultCell;
  readonly channel: Channel;
}

const [wanted = ''] = process.argv.slice(2);
const squares: readonly Square[] = channels
  .flatMap((channel) => faultCells.map((cell) => ({ cell, channel })))
  .filter(({ cell }) => nameOf(cell).includes(wanted));

const servers = await startFaultServers();
const startedAt = performance.now();
const results: FaultResult[] = [];
const again: Square[] = [];

/** Runs the cells, so many side by side. */
const run = async (queue: Iterator<Square> & Iterable<Square>, atOnce: number): Promise<void> => {
  const oneAfterTheOther = async (): Promise<void> => {
    for (const { cell, channel } of queue) {
      const result = { cell, channel, ...(await runCell(cell, channel, servers)) };
      const isBroken = brokenPromises(result) > 0;
      if (isBroken && atOnce > 1) again.push({ cell, channel });
      else results.push(result);
      if (isBroken && atOnce === 1) {
        process.stderr.write(`\nBROKEN ${channel} | ${nameOf(cell)}\n`);
        process.stderr.write(`${JSON.stringify({ ...result, cell: undefined })}\n`);
      }
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      process.stderr.write(`\r${results.length} of ${squares.length} cells, ${seconds} s `);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
};

const before = heldResources();
let left = 0;
const lookForLeftOvers = async (): Promise<void> => {
  left += await atLast(() => Math.max(0, heldResources() - before));
};
for (const pace of paces) {
  await run(squares.filter(({ cell }) => cell.pace === pace).values(), sideBySide[pace]);
  await lookForLeftOvers();
}
await run(again.values(), 1);
await lookForLeftOvers();
servers.stop();

const broken = results.reduce((sum, result) => sum + brokenPromises(result), left + deaths + unhandled);
console.log(`\n${faultTables(results)}`);
console.log(
  `Sockets and timers left: ${left}. Process deaths: ${deaths}. Unhandled rejections: ${unhandled}.`,
);
console.log(
  `${squares.length} cells, ${again.length} of them run again by themselves: ${broken} promises broken.`,
);
process.exitCode = broken > 0 ? 1 : 0;
