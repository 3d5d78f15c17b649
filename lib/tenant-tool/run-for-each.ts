import { isConnectionError, isIdentityError } from './error-message.ts';
import { createProgressBar } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';

/** The result of one item. */
export type ItemResult<Item, Value> =
  | { readonly item: Item; readonly status: 'done'; readonly value: Value }
  | { readonly item: Item; readonly status: 'failed'; readonly error: unknown }
  | { readonly item: Item; readonly status: 'not-done' };

interface Settings {
  readonly terminal: Terminal;
  /** Shown with the progress bar. */
  readonly label: string;
  /** How many items are processed at the same time. */
  readonly concurrency: number;
}

/** npm repeats the signal that the terminal has already sent. A later one is the user's. */
const repeatedSignalMs = 500;

/**
 * Processes many items, a few at a time. After SIGINT, SIGTERM or an error that every other item would get too, it
 * finishes the items that it has started and leaves the rest.
 * @returns one result per item, in the items' order
 */
export const runForEach = async <Item, Value>(
  items: readonly Item[],
  process: (item: Item) => Promise<Value>,
  { terminal, label, concurrency }: Settings,
): Promise<ItemResult<Item, Value>[]> => {
  const results: ItemResult<Item, Value>[] = items.map((item) => ({ item, status: 'not-done' }));
  const queue = items.entries();
  const progress = createProgressBar(terminal, label, items.length);
  let stopped = false;
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) return;
    interrupted = true;
    stopped = true;
    terminal.stderr.write('\nStopping. Waiting for the requests that have been sent.\n');
    setTimeout(ignoreSignals, repeatedSignalMs).unref();
  };
  // From then on, a signal ends the process.
  const ignoreSignals = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) terminal.off(signal, interrupt);
  };

  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        results[index] = { item, status: 'done', value: await process(item) };
      } catch (error) {
        results[index] = { item, status: 'failed', error };
        if (isConnectionError(error) || isIdentityError(error)) stopped = true;
      }
      progress.advance();
      if (stopped) return;
    }
  };

  for (const signal of ['SIGINT', 'SIGTERM'] as const) terminal.on(signal, interrupt);
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
    return results;
  } finally {
    ignoreSignals();
    progress.close();
  }
};
