import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openCpuShares } from '../../../bench/cpu-share.ts';

describe('openCpuShares', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'control-groups-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** The files of the only control group below a folder. */
  const readGroup = async (folder: string) => {
    const groups = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(groups).toHaveLength(1);
    const group = join(folder, groups[0]?.name ?? '');
    const files = await readdir(group);
    const read = async (file: string) => [file, await readFile(join(group, file), 'utf8')] as const;
    return Object.fromEntries(await Promise.all(files.map(read)));
  };

  it('gives a process its share of each 20 ms with version 1', async () => {
    await mkdir(join(root, 'cpu'));
    await writeFile(join(root, 'cpu/cpu.cfs_quota_us'), '-1');
    await (await openCpuShares(root)).limit(4711, 1769);
    expect(await readGroup(join(root, 'cpu'))).toEqual({
      'cpu.cfs_period_us': '20000',
      'cpu.cfs_quota_us': '20000',
      'cgroup.procs': '4711',
    });
  });

  it('gives a process its share of each 20 ms with version 2', async () => {
    await writeFile(join(root, 'cgroup.controllers'), 'cpuset cpu io memory\n');
    await (await openCpuShares(root)).limit(4711, 512);
    expect(await readGroup(root)).toEqual({ 'cpu.max': '5789 20000', 'cgroup.procs': '4711' });
    expect(await readFile(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+cpu');
  });

  it('leaves no group behind if no process is limited', async () => {
    await mkdir(join(root, 'cpu'));
    await writeFile(join(root, 'cpu/cpu.cfs_quota_us'), '-1');
    await openCpuShares(root);
    expect(await readdir(join(root, 'cpu'))).toEqual(['cpu.cfs_quota_us']);
  });

  it.each(['', 'cpuset io memory\n'])('rejects a machine with the controllers %j', async (controllers) => {
    await writeFile(join(root, 'cgroup.controllers'), controllers);
    await expect(openCpuShares(root)).rejects.toThrow('has no control group for CPU time');
  });
});
