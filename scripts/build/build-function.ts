/** The bundles of the Lambda functions in `dist/functions`: one minified ES module and its source map each. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

interface FunctionBundle {
  /** The module whose export `handler` Lambda calls, relative to the project's root. */
  readonly entry: string;
  readonly define?: BuildOptions['define'];
  readonly external?: string[];
}

// The SDK imports this module dynamically, for operations that stream events. The function calls none.
const external = ['@smithy/core/event-streams'];

/** Every bundle, by its folder under `dist/functions`. */
const functionBundles = {
  // index.ts imports attempt counting only if this variable is set, so this definition removes it from the bundle.
  'verify-number/plain': {
    entry: 'functions/verify-number/index.ts',
    define: { 'process.env.ATTEMPTS_TABLE': 'undefined' },
    external,
  },
  'verify-number/counting': { entry: 'functions/verify-number/index.ts', external },
  'release-check': { entry: 'functions/release-check/index.ts' },
  'outcome-events': { entry: 'functions/outcome-events/index.ts', external },
} as const satisfies Record<string, FunctionBundle>;

export type BundleName = keyof typeof functionBundles;

export const bundleNames = Object.keys(functionBundles) as readonly BundleName[];

export interface BuiltBundle {
  readonly folder: string;
  /** What esbuild read and how many bytes of the output come from each input, by path relative to the root. */
  readonly metafile: Metafile;
}

const shims = 'functions/verify-number/bundle-shims';

/**
 * Builds one bundle. The output depends only on the sources and on the installed packages, not on the folder that the
 * project is in or on the machine, so that the CDK computes the same asset hash everywhere.
 * @param root folder of the project
 * @throws Error if esbuild reports an error or a warning
 */
export const buildFunction = async (name: BundleName, root: string): Promise<BuiltBundle> => {
  const { entry, define = {}, external = [] }: FunctionBundle = functionBundles[name];
  const folder = join(root, 'dist/functions', name);
  const { outputFiles, warnings, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // In a file of its own that the code does not name: Lambda would read it at each cold start.
    sourcemap: 'external',
    sourcesContent: false,
    alias: {
      '@aws-sdk/credential-provider-node': `./${shims}/lambda-credentials.ts`,
      'node:http': `./${shims}/node-http.ts`,
    },
    define,
    external,
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  if (warnings.length > 0) {
    const texts = warnings.map(({ text, location }) => `${location?.file}:${location?.line}: ${text}`);
    throw new Error(`The bundle ${name} has warnings:\n${texts.join('\n')}`);
  }
  await Promise.all(outputFiles.map(({ path, contents }) => writeIfChanged(path, contents)));
  return { folder, metafile };
};

/** Leaves an unchanged file alone and replaces others at once, because another process may be reading or building it. */
const writeIfChanged = async (path: string, contents: Uint8Array): Promise<void> => {
  const current = await readFile(path).catch(() => undefined);
  if (current?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  // Next to the bundle's folder, which becomes an asset.
  const temporary = `${dirname(path)}.${basename(path)}.${process.pid}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
};

/** Builds every bundle. */
export const buildFunctions = (root = join(import.meta.dirname, '../..')): Promise<BuiltBundle[]> =>
  Promise.all(bundleNames.map((name) => buildFunction(name, root)));
