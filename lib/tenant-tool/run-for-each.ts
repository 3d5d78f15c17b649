/** Runs a command for many tenants, a few at a time, and reports the results. */
import { isConnectionError, isIdentityError, toErrorMessage } from './error-message.ts';
import type { TenantSecrets } from './tenant-secrets.ts';
import type { ToolContext } from './tool-context.ts';

/** A tenant in one region. */
export interface TenantItem {
  readonly tenantId: string;
  readonly secrets: TenantSecrets;
}

/** What became of one item: a word for its result or an error. Neither if it was not processed. */
interface ItemResult extends TenantItem {
  readonly outcome?: string;
  readonly error?: unknown;
}

/** Each tenant needs a few requests. Secrets Manager allows 50 writes per second. */
const concurrencyPerRegion = 4;

/** npm repeats the signal that the terminal has already sent. A later one is the user's. */
const repeatedSignalMs = 500;

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Processes items. After SIGINT, SIGTERM or an error that every other item would get too, it finishes the items that it
 * has started and leaves the rest.
 * @param label shown with the progress on a terminal
 * @returns one result per item, in the items' order
 */
export const runForEach = async <Item extends TenantItem>(
  items: readonly Item[],
  label: string,
  { terminal, regions }: ToolContext,
  process: (item: Item) => Promise<string>,
): Promise<readonly ItemResult[]> => {
  const { stderr } = terminal;
  const results: ItemResult[] = [...items];
  const queue = items.entries();
  let doneCount = 0;
  let isStopped = false;
  let isInterrupted = false;
  const showProgress = (): void => {
    if (stderr.isTTY) stderr.write(`\r${label} ${doneCount}/${items.length}`);
  };
  const interrupt = (): void => {
    if (isInterrupted) return;
    isInterrupted = true;
    isStopped = true;
    stderr.write('\nStopping. Waiting for the requests that have been sent.\n');
    setTimeout(ignoreSignals, repeatedSignalMs).unref();
  };
  // From then on, a signal ends the process.
  const ignoreSignals = (): void => {
    for (const signal of signals) terminal.off(signal, interrupt);
  };

  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        results[index] = { ...item, outcome: await process(item) };
      } catch (error) {
        results[index] = { ...item, error };
        if (isConnectionError(error) || isIdentityError(error)) isStopped = true;
      }
      doneCount += 1;
      showProgress();
      if (isStopped) return;
    }
  };

  for (const signal of signals) terminal.on(signal, interrupt);
  showProgress();
  try {
    await Promise.all(Array.from({ length: concurrencyPerRegion * regions.length }, work));
    return results;
  } finally {
    ignoreSignals();
    if (stderr.isTTY) stderr.write('\n');
  }
};

/**
 * Writes a line of counts for each region, then the tenants that failed, by reason, and those that were not processed.
 * @returns the exit status: 0 if every tenant is done
 */
export const reportTenants = (
  results: readonly ItemResult[],
  outcomes: readonly string[],
  { regions, terminal }: ToolContext,
): 0 | 1 => {
  for (const { region } of regions) {
    const own = results.filter(({ secrets }) => secrets.region === region);
    const failed = own.filter(({ error }) => error !== undefined);
    const notDone = own.filter(({ outcome, error }) => outcome === undefined && error === undefined);
    const counts = outcomes.map((one) => `${own.filter(({ outcome }) => outcome === one).length} ${one}`);
    counts.push(`${failed.length} failed`, `${notDone.length} not done`);
    terminal.stdout.write(`${region}: ${counts.join(', ')}\n`);
    for (const [message, group] of Map.groupBy(failed, ({ error }) => toErrorMessage(error))) {
      terminal.stderr.write(`Failed in ${region}: ${listTenantIds(group)}: ${message}\n`);
    }
    if (notDone.length > 0) terminal.stderr.write(`Not done in ${region}: ${listTenantIds(notDone)}\n`);
  }
  return results.every(({ outcome }) => outcome !== undefined) ? 0 : 1;
};

const listTenantIds = (items: readonly TenantItem[]): string =>
  items.map(({ tenantId }) => tenantId).join(', ');
