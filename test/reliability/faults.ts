/**
 * `npm run faults`, first part: every fault of Kaleyra, Secrets Manager and DynamoDB, and the pairs that can meet in one
 * request, by both entry points. Exits with status 1 if a promise is broken. `node test/reliability/faults.ts silent`
 * runs only the cells whose name contains the text.
 */
import { type Channel, channels } from './cell-report.ts';
import { type FaultCell, faultCells, getName, type Pace, paces } from './fault-cells.ts';
import { countHeldResources, waitForZero } from './held-resources.ts';
import { type CellResult, runCell } from './run-cell.ts';
import { startFaultServers } from './start-fault-servers.ts';

/**
 * How many cells run in parallel. A cell that breaks a promise next to others is run again alone, and only that run
 * counts, because the machine may have been too busy.
 */
const parallelCells: Readonly<Record<Pace, number>> = { busy: 1, slow: 5, waiting: 10 };

/** The counts that have to be 0, with their names in the summary. */
const promises = {
  malformed: 'reports in another form than the contract defines',
  otherOutcome: 'other outcomes than the cell has to have',
  otherReason: 'other reasons in the log than the cell has to have',
  late: 'requests that ended more than 250 ms after their deadlines',
  postedTooOften: 'requests sent too often, or to another host',
  leaks: 'keys or passwords in reports and log events',
  otherEvents: 'requests without exactly one log event',
  heldByAgent: 'sockets held by the HTTP agent',
} as const satisfies Partial<Record<keyof CellResult, string>>;
const promiseNames = Object.keys(promises) as (keyof typeof promises)[];

const countBroken = (result: CellResult): number => promiseNames.reduce((sum, name) => sum + result[name], 0);

let deaths = 0;
let unhandled = 0;
process.on('uncaughtException', () => {
  deaths += 1;
});
process.on('unhandledRejection', () => {
  unhandled += 1;
});

interface Task {
  readonly cell: FaultCell;
  readonly channel: Channel;
}

const [wanted = ''] = process.argv.slice(2);
const tasks: readonly Task[] = channels
  .flatMap((channel) => faultCells.map((cell) => ({ cell, channel })))
  .filter(({ cell }) => getName(cell).includes(wanted));

const servers = await startFaultServers();
const startedAt = performance.now();
const results: CellResult[] = [];
const repeated: Task[] = [];

const run = async (queue: Iterator<Task> & Iterable<Task>, parallel: number): Promise<void> => {
  const runNext = async (): Promise<void> => {
    for (const { cell, channel } of queue) {
      const result = await runCell(cell, channel, servers);
      const isBroken = countBroken(result) > 0;
      if (isBroken && parallel > 1) repeated.push({ cell, channel });
      else results.push(result);
      if (isBroken && parallel === 1) {
        process.stderr.write(`\nBROKEN ${channel} | ${getName(cell)}\n${JSON.stringify(result)}\n`);
      }
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      process.stderr.write(`\r${results.length} of ${tasks.length} cells, ${seconds} s `);
    }
  };
  await Promise.all(Array.from({ length: parallel }, runNext));
};

const before = countHeldResources();
let left = 0;
const countLeft = async (): Promise<void> => {
  left += await waitForZero(() => Math.max(0, countHeldResources() - before));
};
for (const pace of paces) {
  await run(tasks.filter(({ cell }) => cell.pace === pace).values(), parallelCells[pace]);
  await countLeft();
}
await run(repeated.values(), 1);
await countLeft();
servers.stop();

const sum = (name: keyof typeof promises | 'requests'): number =>
  results.reduce((total, result) => total + result[name], 0);
const broken = {
  ...Object.fromEntries(promiseNames.map((name) => [promises[name], sum(name)])),
  'sockets and timers left': left,
  'process deaths': deaths,
  'unhandled rejections': unhandled,
};
const total = Object.values(broken).reduce((all, count) => all + count, 0);
const slowest = Math.round(Math.max(...results.map(({ slowestMs }) => slowestMs)));
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
console.log(
  `\n${tasks.length} cells, ${sum('requests')} requests, slowest ${slowest} ms, ${minutes} minutes. ` +
    `${repeated.length} cells were run again alone.`,
);
for (const [name, count] of Object.entries(broken)) console.log(`${name}: ${count}`);
console.log(`${total} promises broken.`);
process.exitCode = total > 0 || tasks.length === 0 ? 1 : 0;
