import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildThis, type Contestant } from '../contestants.ts';
import { table } from '../document.ts';
import { showProgress } from '../progress.ts';
import { startContestant } from '../start-contestant.ts';
import { median } from '../statistics.ts';
import type { Upstream } from '../upstream.ts';
import { attributeProfile, type CpuProfile, partOfSource, type SourceMapData } from './attribute-profile.ts';

const rounds = 5;
const requests = 4000;

/** Shows in Markdown where the time of the floor and of this function goes, and the bytes of the bundle. */
export const measureParts = async (
  contestants: readonly Contestant[],
  upstream: Upstream,
): Promise<string> => {
  const compared = contestants.filter(({ name }) => name === 'floor' || name === 'this');
  const progress = showProgress('Profiles', 2 * rounds * compared.length);
  const starts: Profiles = { floor: [], this: [] };
  const warm: Profiles = { floor: [], this: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of compared) {
      const name = contestant.name as keyof Profiles;
      starts[name].push(await profile(contestant, upstream, 'start'));
      progress();
      warm[name].push(await profile(contestant, upstream, 'warm'));
      progress();
    }
  }
  return [
    `Cold start: milliseconds of the main thread until the first response, by part (medians of ${rounds}; profiled)`,
    partsTable(starts, 1000),
    `Warm: microseconds of the main thread for one request, by part (medians of ${rounds} x ${requests}; profiled)`,
    partsTable(warm, requests),
    'Bundle: bytes by package',
    await bytesTable(),
  ].join('\n\n');
};

type Profiles = Record<'floor' | 'this', ReadonlyMap<string, number>[]>;

/** Microseconds by part, of a cold start with its first request or of all warm requests. */
const profile = async (
  contestant: Contestant,
  upstream: Upstream,
  phase: 'start' | 'warm',
): Promise<ReadonlyMap<string, number>> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-profile-'));
  const file = join(folder, 'profile.json');
  try {
    await using running = await startContestant(contestant, upstream, {
      nodeOptions: ['--import', join(import.meta.dirname, 'profile.mjs')],
      environment: { PROFILE_FILE: file, ...(phase === 'warm' ? { PROFILE_LATER: '1' } : {}) },
    });
    if (phase === 'warm') {
      for (let sent = 0; sent < requests / 2; sent += 1) await running.verify('acme');
      process.kill(running.pid, 'SIGUSR2');
      await setTimeout(50);
    }
    const count = phase === 'warm' ? requests : 1;
    for (let sent = 0; sent < count; sent += 1) await running.verify('acme');
    process.kill(running.pid, 'SIGUSR2');
    const recorded: CpuProfile = JSON.parse(await readWhenWritten(file));
    const map = await readFile(join(contestant.folder, 'index.mjs.map'), 'utf8').catch(() => undefined);
    return attributeProfile(recorded, map === undefined ? undefined : (JSON.parse(map) as SourceMapData));
  } finally {
    await rm(folder, { recursive: true });
  }
};

const readWhenWritten = async (file: string): Promise<string> => {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
    await setTimeout(50);
  }
  throw new Error(`The function did not write ${file} within 10 seconds.`);
};

const partsTable = (profiles: Profiles, divisor: number): string => {
  const names = new Set([...profiles.floor, ...profiles.this].flatMap((parts) => [...parts.keys()]));
  const value = (name: keyof Profiles, part: string) =>
    median(profiles[name].map((parts) => (parts.get(part) ?? 0) / divisor));
  const rows = [...names]
    .map((part) => ({ part, floor: value('floor', part), own: value('this', part) }))
    .filter(({ floor, own }) => Math.max(floor, own) >= 0.5)
    .sort((a, b) => b.own - b.floor - (a.own - a.floor));
  const sum = (pick: (row: (typeof rows)[number]) => number) =>
    rows.reduce((total, row) => total + pick(row), 0);
  const line = (part: string, floor: number, own: number) => [
    part,
    floor.toFixed(1),
    own.toFixed(1),
    (own - floor).toFixed(1),
  ];
  return table([
    ['part', 'floor', 'this function', 'difference'],
    ...rows.map(({ part, floor, own }) => line(part, floor, own)),
    line(
      'sum',
      sum((row) => row.floor),
      sum((row) => row.own),
    ),
  ]);
};

const bytesTable = async (): Promise<string> => {
  const { metafile } = await buildThis();
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  const bytes = new Map<string, number>();
  for (const [source, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const part = partOfSource(source);
    bytes.set(part, (bytes.get(part) ?? 0) + bytesInOutput);
  }
  const rows = [...bytes].sort(([, a], [, b]) => b - a).map(([part, size]) => [part, String(size)]);
  return table([['package', 'bytes'], ...rows, ['sum with imports', String(output?.bytes ?? 0)]]);
};
