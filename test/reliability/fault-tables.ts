import type { FaultCell } from './fault-cells.ts';
import { kaleyraFaults } from './kaleyra-faults.ts';
import type { CellResult, Channel } from './run-cell.ts';
import { secretsFaults } from './secrets-faults.ts';

export interface FaultResult extends CellResult {
  readonly cell: FaultCell;
  readonly channel: Channel;
}

/** What has to be 0 of every cell, and how the table calls it. */
const counts = {
  outsideCatalogue: 'outside the catalogue',
  otherOutcome: 'other outcome',
  late: 'late',
  postedTooOften: 'sent too often',
  leaks: 'secrets leaked',
  heldByAgent: 'sockets held',
} as const satisfies Partial<Record<keyof CellResult, string>>;
const countNames = Object.keys(counts) as (keyof typeof counts)[];

export const brokenPromises = (result: CellResult): number =>
  countNames.reduce((sum, name) => sum + result[name], 0);

/** All results as two tables in Markdown: a row for each misbehaviour, over all the cells that it takes part in. */
export const faultTables = (results: readonly FaultResult[]): string =>
  [
    table('Kaleyra', [
      ...kaleyraFaults.map((fault) => ({
        name: fault.name,
        outcome: fault.outcome,
        results: results.filter(({ cell }) => cell.kaleyra === fault || cell.kaleyraThen === fault),
      })),
    ]),
    table('Secrets Manager', [
      ...secretsFaults.map((fault) => ({
        name: fault.name,
        outcome: fault.outcome,
        results: results.filter(({ cell }) => cell.secrets === fault),
      })),
      { name: 'all cells of both tables', outcome: '', results },
    ]),
  ].join('\n');

interface Row {
  readonly name: string;
  readonly outcome: string;
  readonly results: readonly FaultResult[];
}

const table = (who: string, rows: readonly Row[]): string => {
  const heads = [who, 'outcome', 'cells', 'requests', 'slowest, ms', ...Object.values(counts)];
  const lines = rows
    .filter(({ results }) => results.length > 0)
    .map(({ name, outcome, results }) => {
      const sum = (field: keyof typeof counts | 'requests') =>
        results.reduce((total, result) => total + result[field], 0);
      const slowest = Math.round(Math.max(...results.map(({ slowestMs }) => slowestMs)));
      return [name, outcome, results.length, sum('requests'), slowest, ...countNames.map(sum)];
    });
  const aligned = heads.map((_, column) => (column < 2 ? '---' : '--:'));
  return [heads, aligned, ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
    .concat('\n');
};
