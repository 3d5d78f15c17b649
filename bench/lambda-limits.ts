/** What a memory size of Lambda sets for a process: heap flags, the memory limit, and the share of CPU time. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wholeCoreMb } from './conditions.ts';

/**
 * The heap flags that Lambda's Node.js runtime sets unless NODE_OPTIONS has its own: 5 and 90 percent of the memory.
 * Source: `/var/runtime/bootstrap` of the image public.ecr.aws/lambda/nodejs:24.
 * @see https://dev.to/wonderfulsoap/deep-dive-into-aws-lambda-3-official-nodejs-runtime-analysis-43je quotes it
 */
export const getHeapFlags = (memoryMb: number): readonly string[] => [
  `--max-semi-space-size=${Math.floor((memoryMb * 5) / 100)}`,
  `--max-old-space-size=${Math.floor((memoryMb * 90) / 100)}`,
];

/** Length of a scheduling period, in microseconds. AWS does not document Lambda's; short periods throttle evenly. */
const periodUs = 20_000;

/** The limits of one process. Disposing removes its control groups; the process must have ended. */
export interface ProcessLimits extends AsyncDisposable {
  /** Command and first arguments that start a program within the memory limit. */
  readonly launcher: readonly string[];
  /** Limits the CPU share from now on. */
  limitCpu(): Promise<void>;
}

export interface Limits {
  /** Prepares the limits of one process. */
  prepare(memoryMb: number): Promise<ProcessLimits>;
}

/** Moves itself into the control groups up to `--`, then becomes the program. */
const launch = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit; shift; done; shift; exec "$@"';

/**
 * Opens Linux control groups, version 1 or 2, for limits on processes.
 * @param root where control groups are mounted
 * @throws Error that says why this machine does not allow it
 */
export const openLimits = async (root = '/sys/fs/cgroup'): Promise<Limits> => {
  const controllers = await findControllers(root);
  const createGroups = (): Promise<string[]> =>
    Promise.all(controllers.folders.map((folder) => mkdtemp(join(folder, 'verify-number-bench-'))));
  const remove = async (groups: readonly string[]): Promise<void> => {
    for (const group of groups) await rmdir(group);
  };
  await remove(await createGroups());
  return {
    prepare: async (memoryMb) => {
      const groups = await createGroups();
      await controllers.limitMemory(groups, memoryMb * 2 ** 20);
      return {
        launcher: ['/bin/sh', '-c', launch, 'sh', ...groups, '--'],
        limitCpu: () => controllers.limitCpu(groups, Math.round((periodUs * memoryMb) / wholeCoreMb)),
        [Symbol.asyncDispose]: () => remove(groups),
      };
    },
  };
};

interface Controllers {
  /** Folders in which the groups of one process are created. */
  readonly folders: readonly string[];
  limitMemory(groups: readonly string[], bytes: number): Promise<void>;
  /** Sets the microseconds of CPU time that a process may use in each period. */
  limitCpu(groups: readonly string[], quotaUs: number): Promise<void>;
}

/**
 * @see https://docs.kernel.org/admin-guide/cgroup-v1/memory.html and
 *   https://docs.kernel.org/scheduler/sched-bwc.html for version 1
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html for version 2
 */
const findControllers = async (root: string): Promise<Controllers> => {
  if (existsSync(join(root, 'cpu/cpu.cfs_quota_us'))) {
    return {
      folders: [join(root, 'memory'), join(root, 'cpu')],
      limitMemory: async ([memory = ''], bytes) => {
        await writeFile(join(memory, 'memory.limit_in_bytes'), String(bytes));
        await writeUnlessAbsent(join(memory, 'memory.memsw.limit_in_bytes'), String(bytes));
      },
      limitCpu: async ([, cpu = ''], quotaUs) => {
        await writeFile(join(cpu, 'cpu.cfs_period_us'), String(periodUs));
        await writeFile(join(cpu, 'cpu.cfs_quota_us'), String(quotaUs));
      },
    };
  }
  const found = await readFile(join(root, 'cgroup.controllers'), 'utf8').catch(() => '');
  if (!['cpu', 'memory'].every((controller) => found.split(/\s/).includes(controller))) {
    throw new Error(`${root} has no control groups for CPU time and memory.`);
  }
  await writeFile(join(root, 'cgroup.subtree_control'), '+cpu +memory');
  return {
    folders: [root],
    limitMemory: async ([group = ''], bytes) => {
      await writeFile(join(group, 'memory.max'), String(bytes));
      await writeUnlessAbsent(join(group, 'memory.swap.max'), '0');
    },
    limitCpu: ([group = ''], quotaUs) => writeFile(join(group, 'cpu.max'), `${quotaUs} ${periodUs}`),
  };
};

/** Kernels that do not account for swap have no limit on it. */
const writeUnlessAbsent = (file: string, text: string): Promise<void> =>
  writeFile(file, text, { flag: 'r+' }).catch(() => {});
