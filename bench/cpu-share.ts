import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Memory at which a function has one core, in MB.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const megabytesPerCore = 1769;

/** Length of a scheduling period, in microseconds. AWS does not document Lambda's; short periods throttle evenly. */
const periodUs = 20_000;

/** Limits processes to the CPU share of a memory size, with control groups of Linux. */
export interface CpuShares {
  /**
   * Limits a process, with all its threads. Disposing removes the limit's control group; the process must have ended.
   * @throws Error if the process has ended
   */
  limit(pid: number, memoryMb: number): Promise<AsyncDisposable>;
}

/**
 * Prepares limits on CPU time with control groups, version 1 or 2.
 * @param root where control groups are mounted
 * @throws Error that says why this machine does not allow it
 */
export const openCpuShares = async (root = '/sys/fs/cgroup'): Promise<CpuShares> => {
  const controller = await findController(root);
  let groups = 0;
  const createGroup = async (): Promise<string> => {
    groups += 1;
    const group = join(controller.folder, `verify-number-bench-${process.pid}-${groups}`);
    await mkdir(group);
    return group;
  };
  await rmdir(await createGroup());
  return {
    limit: async (pid, memoryMb) => {
      const group = await createGroup();
      await controller.setQuota(group, Math.round((periodUs * memoryMb) / megabytesPerCore));
      await writeFile(join(group, 'cgroup.procs'), String(pid));
      return { [Symbol.asyncDispose]: () => rmdir(group) };
    },
  };
};

interface Controller {
  readonly folder: string;
  /** Sets the microseconds of CPU time that a group may use in each period. */
  setQuota(group: string, quotaUs: number): Promise<void>;
}

/**
 * @see https://docs.kernel.org/scheduler/sched-bwc.html for version 1
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html for version 2
 */
const findController = async (root: string): Promise<Controller> => {
  const version1 = join(root, 'cpu');
  if (await isReadable(join(version1, 'cpu.cfs_quota_us'))) {
    return {
      folder: version1,
      setQuota: async (group, quotaUs) => {
        await writeFile(join(group, 'cpu.cfs_period_us'), String(periodUs));
        await writeFile(join(group, 'cpu.cfs_quota_us'), String(quotaUs));
      },
    };
  }
  const controllers = await readFile(join(root, 'cgroup.controllers'), 'utf8').catch(() => '');
  if (!controllers.split(/\s/).includes('cpu')) {
    throw new Error(`${root} has no control group for CPU time.`);
  }
  await writeFile(join(root, 'cgroup.subtree_control'), '+cpu');
  return {
    folder: root,
    setQuota: (group, quotaUs) => writeFile(join(group, 'cpu.max'), `${quotaUs} ${periodUs}`),
  };
};

const isReadable = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    () => false,
  );
