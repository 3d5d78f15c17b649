import type { Terminal } from './terminal.ts';

const width = 30;

/** A progress bar on `stderr` if that is a terminal. Writes nothing otherwise. */
export const createProgressBar = ({ stderr }: Terminal, label: string, total: number) => {
  let done = 0;
  const draw = (): void => {
    const filled = Math.floor((width * done) / total);
    stderr.write(`\r${label} [${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${done}/${total}`);
  };
  if (!stderr.isTTY) return { advance: () => {}, close: () => {} };
  draw();
  return {
    advance: () => {
      done += 1;
      draw();
    },
    close: () => {
      stderr.write('\n');
    },
  };
};
