/**
 * Builds everything that the npm package contains into `dist`: the functions' bundles, the library as CommonJS with a
 * wrapper for ES modules, the declarations, the command, and the licences of the bundled packages.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { pageLibrary, pageLibraryFiles } from '../lib/sandbox/console/static-files.ts';
import { buildFunctions } from './build/build-function.ts';
import { listPackageFolders, readLicences } from './build/bundled-packages.ts';
import { copyDeclarations } from './build/copy-declarations.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** The modules that consumers import: file name in `dist`, and source. */
const modules = { index: 'lib/index.ts', sandbox: 'lib/sandbox/package-entry.ts' } as const;

/** Names the commands as users of the package call them. The sources name those of a checkout. */
const nameCommands = (code: string): string =>
  code.replaceAll(/npm run (tenant|smoke) --/g, 'npx kaleyra-number-verification $1');

/**
 * Keeps `import.meta.dirname` pointing to the folder of the source, which the package contains too.
 * @param here expression for the folder of the output
 * @param outdir that folder
 */
const locateSources = (here: string, outdir: string, edit = (code: string) => code): Plugin => ({
  name: 'locate-sources',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const folder = relative(join(root, outdir), dirname(path)).replaceAll('\\', '/');
      const code = edit(await readFile(path, 'utf8'));
      return { contents: code.replaceAll('import.meta.dirname', `(${here} + '/${folder}')`), loader: 'ts' };
    });
  },
});

const bundle = async (options: BuildOptions): Promise<Metafile> => {
  const { metafile, warnings } = await build({
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    // The consumer's own copies. Every other package is bundled, so this package has no dependencies.
    external: ['aws-cdk-lib', 'constructs'],
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    ...options,
    metafile: true,
  });
  if (warnings.length > 0) throw new Error('esbuild reported warnings. The build stops.');
  return metafile;
};

/** ES modules re-export the CommonJS build, so that a process that uses both has one copy of each class. */
const writeWrappers = async (name: string, source: string): Promise<void> => {
  const names = Object.keys(require(join(dist, `${name}.js`)));
  await writeFile(join(dist, `${name}.mjs`), `export { ${names.join(', ')} } from './${name}.js';\n`);
  for (const extension of ['d.ts', 'd.mts']) {
    const types = `./types/${source.replace(/\.ts$/, '.js')}`;
    await writeFile(join(dist, `${name}.${extension}`), `export * from '${types}';\n`);
  }
};

const writeDeclarations = async (): Promise<void> => {
  const emitted = join(dist, 'emitted-types');
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.package.json', '--outDir', emitted], {
    cwd: root,
  });
  await copyDeclarations(emitted, join(dist, 'types'), Object.values(modules));
  await rm(emitted, { recursive: true });
};

/** Copies the files of the view library, which the console's page loads as they are. */
const copyPageLibrary = async (): Promise<void> => {
  for (const name of [...pageLibraryFiles, 'LICENSE']) {
    const copy = join(dist, pageLibrary, name);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(dirname(dirname(require.resolve(pageLibrary))), name), copy);
  }
};

// Files of an earlier build. The functions' bundles may be in use, and buildFunctions replaces them if they change.
for (const entry of await readdir(dist).catch(() => [])) {
  if (entry !== 'functions') await rm(join(dist, entry), { recursive: true });
}
const metafiles = await Promise.all([
  bundle({ entryPoints: modules, format: 'cjs', plugins: [locateSources('__dirname', 'dist')] }),
  bundle({
    entryPoints: { main: 'bin/command.ts' },
    outdir: 'dist/command',
    format: 'esm',
    // The command starts on an old Node.js too, to report that it is too old.
    splitting: true,
    outExtension: { '.js': '.mjs' },
    // The code generator of the console has CommonJS dependencies, which require Node's own modules.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as createBundleRequire } from 'node:module';\nconst require = createBundleRequire(import.meta.url);",
    },
    // The ES modules of the AWS SDK are smaller, and need no `require`.
    mainFields: ['module', 'main'],
    plugins: [locateSources('import.meta.dirname', 'dist/command', nameCommands)],
  }),
  ...(await buildFunctions(root)).map(({ metafile }) => metafile),
]);
await writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
const folders = listPackageFolders(metafiles);
await writeFile(join(dist, 'third-party-licences.txt'), await readLicences(folders, root));
await writeFile(join(dist, 'bundled-packages.json'), JSON.stringify(folders));
await Promise.all([
  ...Object.entries(modules).map(([name, source]) => writeWrappers(name, source)),
  writeDeclarations(),
  copyPageLibrary(),
]);
