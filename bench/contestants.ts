import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFunction } from '../test/support/built-function.ts';

/** The functions that are compared, the floor first. */
export const contestantNames = ['floor', 'this', 'powertools', 'tutorial'] as const;
export type ContestantName = (typeof contestantNames)[number];

export const titles = {
  floor: 'Floor: bare handler, no dependency',
  this: 'This function',
  powertools: 'Powertools-style peer',
  tutorial: 'Tutorial peer',
} as const satisfies Record<ContestantName, string>;

/** A function as it would be deployed. */
export interface Contestant {
  readonly name: ContestantName;
  /** The folder that becomes the Lambda's code. */
  readonly folder: string;
  /** Of the code alone, without its source map. */
  readonly bundleBytes: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Contestants extends AsyncDisposable {
  readonly all: readonly Contestant[];
}

/** Builds all of them: this function as CDK does for the stack, the others as CDK's NodejsFunction does unless told. */
export const buildContestants = async (): Promise<Contestants> => {
  const built = await buildFunction();
  const peers = await mkdtemp(join(tmpdir(), 'bench-peers-'));
  const contestant = async (
    name: ContestantName,
    folder: string,
    environment: Contestant['environment'],
  ): Promise<Contestant> => {
    const { size } = await stat(join(folder, 'index.mjs'));
    return { name, folder, bundleBytes: size, environment };
  };
  const all = await Promise.all(
    contestantNames.map(async (name) => {
      if (name === 'this') return contestant(name, built.folder, built.environment);
      const folder = join(peers, name);
      await bundlePeer(name, folder);
      return contestant(name, folder, {});
    }),
  );
  return {
    all,
    [Symbol.asyncDispose]: async () => {
      await built.remove();
      await rm(peers, { recursive: true });
    },
  };
};

const bundlePeer = async (name: ContestantName, folder: string): Promise<void> => {
  await build({
    entryPoints: [join(import.meta.dirname, `peers/${name}.ts`)],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // What users of ESM bundles put there, for dependencies that are CommonJS.
    banner: { js: "import { createRequire } from 'module';const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
};
