import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFunction } from '../scripts/build/build-function.ts';

/** The functions that are compared, the floor first. */
export const contestantNames = ['floor', 'this', 'counting', 'peer'] as const;
export type ContestantName = (typeof contestantNames)[number];

export const titles = {
  floor: 'Floor',
  this: 'This function',
  counting: 'With counting',
  peer: 'Powertools peer',
} as const satisfies Record<ContestantName, string>;

/** A function as it would be deployed. */
export interface Contestant {
  readonly name: ContestantName;
  /** The folder with the Lambda's code. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Size of the code without its source map, in bytes. */
  readonly bundleBytes: number;
}

/** Bundles all functions: this one as it is deployed, the others with the usual settings for ES modules. */
export const buildContestants = async (): Promise<readonly Contestant[]> => {
  const folders = {
    floor: await buildPeer('floor'),
    this: (await buildFunction('verify-number/plain', root)).folder,
    counting: (await buildFunction('verify-number/counting', root)).folder,
    peer: await buildPeer('powertools'),
  };
  return await Promise.all(
    contestantNames.map(async (name): Promise<Contestant> => {
      const { size } = await stat(join(folders[name], 'index.mjs'));
      const environment = name === 'counting' ? { ATTEMPTS_TABLE: 'attempts' } : {};
      return { name, folder: folders[name], environment, bundleBytes: size };
    }),
  );
};

const root = join(import.meta.dirname, '..');

const buildPeer = async (name: string): Promise<string> => {
  const folder = join(import.meta.dirname, 'dist', name);
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
  return folder;
};
