/** Shows the progress of a stage: in place on a terminal, otherwise one line. Call the result after each step. */
export const showProgress = (stage: string, steps: number): (() => void) => {
  const { stderr } = process;
  let done = 0;
  if (!stderr.isTTY) stderr.write(`${new Date().toISOString().slice(11, 19)} ${stage}\n`);
  return () => {
    done += 1;
    if (!stderr.isTTY) return;
    stderr.write(`\r\x1b[K${stage} ${Math.round((100 * done) / steps)} %${done === steps ? '\n' : ''}`);
  };
};
