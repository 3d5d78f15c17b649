import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** The machine on which a run took place. */
export interface Machine {
  readonly takenAt: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Load average of the minute before the run. */
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

/** The machine in one sentence. */
export const machineSentence = (machine: Machine): string => {
  const { takenAt, processor, cores, memoryGiB, system, node, loadBefore } = machine;
  return (
    `Measured ${takenAt.slice(0, 10)} on ${cores} cores (${processor}), ${memoryGiB} GiB, ${system}, ` +
    `Node ${node}; load average ${loadBefore.toFixed(1)} before the run.`
  );
};
