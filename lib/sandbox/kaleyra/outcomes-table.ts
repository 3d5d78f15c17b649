import { catalogue } from '../../../functions/verify-number/core/failures.ts';
import { formatMarkdownTable } from '../../reference/markdown-table.ts';
import { type Outcome, triggerRows } from './outcomes.ts';

interface TableLine {
  readonly outcome: Outcome;
  readonly status: string;
  readonly lastFour: string;
  readonly what: string;
}

const lines: readonly TableLine[] = triggerRows.map(({ outcome, trigger }) => ({
  outcome,
  status: String(outcome === 'Verified' ? 200 : catalogue[outcome].status),
  ...('lastFour' in trigger
    ? { lastFour: trigger.lastFour, what: trigger.happens }
    : { lastFour: '', what: trigger.instead }),
}));

/** Formats the table of how to get each outcome in the sandbox, for docs/sandbox.md. */
export const formatOutcomesAsMarkdown = (): string =>
  formatMarkdownTable(
    ['outcome', 'HTTP', 'number ends in', 'what Kaleyra does, or what to send instead'],
    lines.map(({ outcome, status, lastFour, what }) => [
      `\`${outcome}\``,
      status,
      lastFour && `\`${lastFour}\``,
      what,
    ]),
  );

/** Formats the same table for a terminal. */
export const formatOutcomesAsText = (): string =>
  [
    {
      outcome: 'Outcome',
      status: 'HTTP',
      lastFour: 'Ends in',
      what: 'What Kaleyra does, or what to send instead',
    },
    ...lines,
  ]
    .map(({ outcome, status, lastFour, what }) =>
      ['', outcome.padEnd(24), status.padEnd(4), lastFour.padEnd(7), what.replaceAll('`', '')].join('  '),
    )
    .join('\n');
