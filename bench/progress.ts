/** Shows how far a stage is, in place on a terminal and as one line a stage elsewhere. */
export const progressOf = (stage: string, total: number): (() => void) => {
  const { stderr } = process;
  let done = 0;
  if (!stderr.isTTY) stderr.write(`${stage}\n`);
  return () => {
    done += 1;
    if (!stderr.isTTY) return;
    stderr.write(`\r\x1b[K${stage} ${Math.round((100 * done) / total)} %${done === total ? '\n' : ''}`);
  };
};
