import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFunction } from '../scripts/build/build-function.ts';

/** The functions that are compared, the floor first. */
export const contestantNames = ['floor', 'this', 'powertools', 'tutorial'] as const;
export type ContestantName = (typeof contestantNames)[number];

export const titles = {
  floor: 'Floor',
  this: 'This function',
  powertools: 'Powertools peer',
  tutorial: 'Tutorial peer',
} as const satisfies Record<ContestantName, string>;

/** One value for each function. */
export type PerContestant<T> = Readonly<Record<ContestantName, T>>;

export const perContestant = <T>(value: (name: ContestantName) => T): PerContestant<T> =>
  Object.fromEntries(contestantNames.map((name) => [name, value(name)])) as PerContestant<T>;

/** A function as it would be deployed. */
export interface Contestant {
  readonly name: ContestantName;
  /** The folder with the Lambda's code. */
  readonly folder: string;
  /** Size of the code without its source map, in bytes. */
  readonly bundleBytes: number;
}

interface Contestants extends AsyncDisposable {
  readonly all: readonly Contestant[];
}

/** Bundles all functions: this one as it is deployed, the others with the usual settings for ES modules. */
export const buildContestants = async (): Promise<Contestants> => {
  const peers = await mkdtemp(join(tmpdir(), 'bench-peers-'));
  const all = await Promise.all(
    contestantNames.map(async (name): Promise<Contestant> => {
      const { folder } = await (name === 'this' ? buildThis() : buildPeer(name, join(peers, name)));
      const { size } = await stat(join(folder, 'index.mjs'));
      return { name, folder, bundleBytes: size };
    }),
  );
  return { all, [Symbol.asyncDispose]: () => rm(peers, { recursive: true }) };
};

/** Builds this function as it is deployed, without attempt counting. */
export const buildThis = () => buildFunction('verify-number/plain', join(import.meta.dirname, '..'));

const buildPeer = async (name: ContestantName, folder: string) => {
  await build({
    entryPoints: [join(import.meta.dirname, `peers/${name}.ts`)],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The usual banner for dependencies that are CommonJS.
    banner: { js: "import { createRequire } from 'module';const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return { folder };
};
