import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FileSystem } from 'aws-cdk-lib';
import { type BuiltBundle, buildFunction, bundleNames } from '../../../scripts/build/build-function.ts';
import { countBytesByPackage, getPackageFolder } from '../../../scripts/build/bundled-packages.ts';

const root = join(import.meta.dirname, '../../..');

let otherFolder: string;
beforeAll(async () => {
  otherFolder = await mkdtemp(join(tmpdir(), 'built-elsewhere-'));
});
afterAll(() => rm(otherFolder, { recursive: true }));

/** The packages that the bundle contains code of. */
const packagesIn = ({ metafile }: BuiltBundle): string[] =>
  [...countBytesByPackage(metafile).keys()].filter((folder) => folder !== '');

/** The packages that the bundler reads. */
const packagesReadFor = ({ metafile }: BuiltBundle): ReadonlySet<string> =>
  new Set(Object.keys(metafile.inputs).map(getPackageFolder));

/** Copies what a bundle is built from into a folder with another path and depth. */
const copySources = async (bundle: BuiltBundle, to: string): Promise<void> => {
  const packages = [...packagesReadFor(bundle)].filter((folder) => folder !== '');
  const folders = ['functions', 'package.json', 'tsconfig.json', ...packages];
  const isSource = (path: string) => !/\/(dist-types|dist-cjs)(\/|$)/.test(path);
  for (const folder of folders)
    await cp(join(root, folder), join(to, folder), { recursive: true, filter: isSource });
};

describe.each(bundleNames)('the bundle %s', (name) => {
  let bundle: BuiltBundle;
  let code: string;
  let map: { readonly sources: readonly string[]; readonly sourcesContent?: unknown };
  beforeAll(async () => {
    bundle = await buildFunction(name, root);
    code = await readFile(join(bundle.folder, 'index.mjs'), 'utf8');
    map = JSON.parse(await readFile(join(bundle.folder, 'index.mjs.map'), 'utf8'));
  });

  it('is one ES module with a source map that no cold start reads', async () => {
    expect((await readdir(bundle.folder)).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    expect(code).not.toContain('sourceMappingURL');
    expect(map.sources.join('\n')).toContain('functions/');
    expect(map.sourcesContent).toBeUndefined();
  });

  it('has the same bytes and the same asset hash if it is built in another folder', async () => {
    const elsewhere = join(otherFolder, name, 'deeper');
    await copySources(bundle, elsewhere);
    const copy = await buildFunction(name, elsewhere);

    for (const file of ['index.mjs', 'index.mjs.map']) {
      const [here, there] = await Promise.all(
        [bundle, copy].map(({ folder }) => readFile(join(folder, file))),
      );
      expect(there?.equals(here ?? Buffer.alloc(0))).toBe(true);
    }
    expect(FileSystem.fingerprint(copy.folder)).toBe(FileSystem.fingerprint(bundle.folder));
  }, 60_000);

  it('contains no absolute path', () => {
    for (const text of [code, map.sources.join('\n')]) expect(text).not.toContain(root);
  });

  it("imports Node.js's own modules only, and not node:http, which loads all of fetch", () => {
    const imported = [...code.matchAll(/\bfrom ?"([^"]+)"|\bimport ?"([^"]+)"/g)].map(
      ([, one, other]) => one ?? other,
    );
    expect(imported).toContain('node:https');
    expect(imported).not.toContain('node:http');
    const external = imported.filter((module = '') => !builtinModules.includes(module.replace(/^node:/, '')));
    expect(external).toEqual([]);
  });

  it('leaves out the SDK modules that Lambda never needs', () => {
    const inputs = Object.keys(bundle.metafile.inputs).join('\n');
    const credentialProviders = packagesIn(bundle).filter((folder) => /credential-provider/.test(folder));
    expect(credentialProviders).toEqual(['node_modules/@aws-sdk/credential-provider-env']);
    expect(inputs).not.toMatch(/@aws-sdk\/(nested-clients|token-providers)|credential-provider-imds/);
    expect(inputs).not.toContain('aws-cdk-lib');
  });
});

describe('the bundle verify-number/plain', () => {
  const plain = () => buildFunction('verify-number/plain', root);

  // A cold start reads and compiles every byte.
  it('is at most 240 kB', async () => {
    const { folder } = await plain();
    expect((await stat(join(folder, 'index.mjs'))).size).toBeLessThanOrEqual(240_000);
  });

  it('leaves out event streams', async () => {
    const { metafile } = await plain();
    expect(Object.keys(metafile.inputs).join('\n')).not.toContain('event-streams/');
  });

  it('leaves out attempt counting, which verify-number/counting contains', async () => {
    const counting = await buildFunction('verify-number/counting', root);
    const dynamoDb = 'node_modules/@aws-sdk/client-dynamodb';
    expect(packagesIn(await plain())).not.toContain(dynamoDb);
    expect(packagesIn(counting)).toContain(dynamoDb);
  });
});

describe('buildFunction', () => {
  it('rejects a bundle with a warning, such as a namespace import that the alias of node:http breaks', async () => {
    const project = join(otherFolder, 'broken');
    const write = async (path: string, text: string) => {
      await mkdir(dirname(join(project, path)), { recursive: true });
      await writeFile(join(project, path), text);
    };
    await write(
      'functions/verify-number/index.ts',
      "import * as http from 'node:http';\nhttp.createServer();\n",
    );
    for (const shim of ['node-http.ts', 'lambda-credentials.ts']) {
      await write(`functions/verify-number/bundle-shims/${shim}`, 'export const Agent = {};\n');
    }
    await expect(buildFunction('verify-number/plain', project)).rejects.toThrow(
      /The bundle verify-number\/plain has warnings:\nfunctions\/verify-number\/index\.ts:2: Import "createServer"/,
    );
  });
});
