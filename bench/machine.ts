import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where a run took place. */
export interface Machine {
  readonly takenAt: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run, as an average over the minute before the run began. */
  readonly loadBefore: number;
}

export const describeMachine = (): Machine => ({
  takenAt: new Date().toISOString(),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()}`,
  node: process.version,
  loadBefore: loadavg()[0] ?? 0,
});
