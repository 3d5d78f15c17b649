import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type BuiltBundle,
  type BundleName,
  buildFunction,
  bundleNames,
} from '../../../scripts/build/build-function.ts';
import { countBytesByPackage } from '../../../scripts/build/bundled-packages.ts';

const root = join(import.meta.dirname, '../../..');

let otherFolder: string;
let bundles: Record<BundleName, BuiltBundle>;
beforeAll(async () => {
  otherFolder = await mkdtemp(join(tmpdir(), 'built-elsewhere-'));
  const built = bundleNames.map(async (name) => [name, await buildFunction(name, root)] as const);
  bundles = Object.fromEntries(await Promise.all(built)) as typeof bundles;
});
afterAll(() => rm(otherFolder, { recursive: true }));

/** The packages that the bundle contains code of. */
const packagesIn = ({ metafile }: BuiltBundle): string[] =>
  [...countBytesByPackage(metafile).keys()].filter((folder) => folder !== '');

/** Copies what the bundler reads into a folder with another path and depth. */
const copySources = async ({ metafile }: BuiltBundle, to: string): Promise<void> => {
  const files = new Set(['package.json', 'tsconfig.json']);
  for (const input of Object.keys(metafile.inputs)) {
    files.add(input).add(`${input}.map`);
    for (let folder = dirname(input); folder !== '.'; folder = dirname(folder))
      files.add(join(folder, 'package.json'));
  }
  for (const file of files) if (existsSync(join(root, file))) await cp(join(root, file), join(to, file));
};

describe.each(bundleNames)('the bundle %s', (name) => {
  let bundle: BuiltBundle;
  let code: string;
  let map: { readonly sources: readonly string[]; readonly sourcesContent?: unknown };
  beforeAll(async () => {
    bundle = bundles[name];
    code = await readFile(join(bundle.folder, 'index.mjs'), 'utf8');
    map = JSON.parse(await readFile(join(bundle.folder, 'index.mjs.map'), 'utf8'));
  });

  it('is one ES module with a source map that no cold start reads', async () => {
    expect((await readdir(bundle.folder)).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    expect(code).not.toContain('sourceMappingURL');
    expect(map.sources.join('\n')).toContain('functions/');
    expect(map.sourcesContent).toBeUndefined();
  });

  it('has the same bytes, and so the same asset hash, if it is built in another folder', async () => {
    const elsewhere = join(otherFolder, name, 'deeper');
    await copySources(bundle, elsewhere);
    const copy = await buildFunction(name, elsewhere);

    for (const file of ['index.mjs', 'index.mjs.map']) {
      const [here, there] = await Promise.all(
        [bundle, copy].map(({ folder }) => readFile(join(folder, file))),
      );
      expect(there?.equals(here ?? Buffer.alloc(0))).toBe(true);
    }
    expect(await readdir(copy.folder)).toEqual(await readdir(bundle.folder));
  });

  it('contains no absolute path', () => {
    for (const text of [code, map.sources.join('\n')]) expect(text).not.toContain(root);
  });

  it("imports Node.js's own modules only, and not node:http, which loads all of fetch", () => {
    const imported = Object.values(bundle.metafile.outputs)
      .flatMap(({ imports }) => imports)
      .flatMap(({ path, kind }) => (kind === 'import-statement' ? [path] : []));
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
  // A cold start reads and compiles every byte.
  it('is at most 240 kB', async () => {
    const { size } = await stat(join(bundles['verify-number/plain'].folder, 'index.mjs'));
    expect(size).toBeLessThanOrEqual(240_000);
  });

  it('leaves out event streams', () => {
    const { inputs } = bundles['verify-number/plain'].metafile;
    expect(Object.keys(inputs).join('\n')).not.toContain('event-streams/');
  });

  it('leaves out attempt counting, which verify-number/counting contains', () => {
    const dynamoDb = 'node_modules/@aws-sdk/client-dynamodb';
    expect(packagesIn(bundles['verify-number/plain'])).not.toContain(dynamoDb);
    expect(packagesIn(bundles['verify-number/counting'])).toContain(dynamoDb);
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
