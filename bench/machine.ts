import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** The machine on which a run took place, and its load before. */
export interface Machine {
  /** Date, number of cores and version of Node. */
  readonly short: string;
  readonly sentence: string;
}

export const describeMachine = (): Machine => {
  const short = `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} cores, Node ${process.version}`;
  const system = `${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()}`;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return { short, sentence: `Measured ${short} (${system}); load average ${load} before the run.` };
};
