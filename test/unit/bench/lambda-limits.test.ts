import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getHeapFlags, openLimits } from '../../../bench/lambda-limits.ts';

describe('openLimits', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'control-groups-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const createVersion1 = async () => {
    for (const controller of ['cpu', 'memory']) await mkdir(join(root, controller));
    await writeFile(join(root, 'cpu/cpu.cfs_quota_us'), '-1');
  };
  const createVersion2 = () => writeFile(join(root, 'cgroup.controllers'), 'cpuset cpu io memory\n');

  /** The files of all control groups, by name. */
  const readGroups = async () => {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter(
      (entry) => entry.isFile() && entry.parentPath.includes('verify-number-bench-'),
    );
    const read = async ({ name, parentPath }: (typeof files)[number]) =>
      [name, await readFile(join(parentPath, name), 'utf8')] as const;
    return Object.fromEntries(await Promise.all(files.map(read)));
  };

  it.each([
    [
      1,
      createVersion1,
      { 'memory.limit_in_bytes': '536870912' },
      { 'cpu.cfs_period_us': '20000', 'cpu.cfs_quota_us': '5789' },
    ],
    [2, createVersion2, { 'memory.max': '536870912' }, { 'cpu.max': '5789 20000' }],
  ])('limits memory from the start and CPU time on demand, version %i', async (_, create, memory, cpu) => {
    await create();
    const limits = await (await openLimits(root)).prepare(512);
    expect(limits.launcher.filter((each) => each.startsWith(root))).not.toEqual([]);
    expect(await readGroups()).toEqual(memory);
    await limits.limitCpu();
    expect(await readGroups()).toEqual({ ...memory, ...cpu });
  });

  it.each(['', 'cpuset io memory\n'])('rejects a machine with the controllers %j', async (controllers) => {
    await writeFile(join(root, 'cgroup.controllers'), controllers);
    await expect(openLimits(root)).rejects.toThrow('has no control groups');
  });
});

it('gives the young generation 5 % and the old one 90 % of the memory', () => {
  expect(getHeapFlags(256)).toEqual(['--max-semi-space-size=12', '--max-old-space-size=230']);
});
