/** The table of how to get each outcome in the sandbox, for docs/sandbox.md and for a terminal. */
import { catalogue } from '../../../functions/verify-number/core/failures.ts';
import { formatMarkdownTable } from '../../reference/markdown-table.ts';
import { triggerRows } from './outcomes.ts';

const rows = triggerRows.map(({ outcome, trigger }) => {
  const status = String(outcome === 'Verified' ? 200 : catalogue[outcome].status);
  const [lastFour, what] =
    'lastFour' in trigger ? [trigger.lastFour, trigger.happens] : ['', trigger.instead];
  return [outcome, status, lastFour, what] as const;
});

export const formatOutcomesAsMarkdown = (): string =>
  formatMarkdownTable(
    ['outcome', 'HTTP', 'number ends in', 'what Kaleyra does, or what to send instead'],
    rows.map(([outcome, status, lastFour, what]) => [
      `\`${outcome}\``,
      status,
      lastFour && `\`${lastFour}\``,
      what,
    ]),
  );

export const formatOutcomesAsText = (): string =>
  [['Outcome', 'HTTP', 'Ends in', 'What Kaleyra does, or what to send instead'] as const, ...rows]
    .map(([outcome, status, lastFour, what]) =>
      ['', outcome.padEnd(24), status.padEnd(4), lastFour.padEnd(7), what.replaceAll('`', '')].join('  '),
    )
    .join('\n');
