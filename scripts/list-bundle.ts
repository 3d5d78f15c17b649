/**
 * `npm run bundle`: writes docs/bundle.md, which lists what the deployed bundle holds: each package with its version,
 * its licence, its bytes and why it is there. A test says when to.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildFunction } from './build-function.ts';
import { bytesByPackage } from './bundled-packages.ts';

/** A package in the bundle, or this project itself. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Of the minified code that esbuild made of it. */
  readonly bytes: number;
  /** Why it is in the request path, or which of the others needs it. */
  readonly reason: string;
}

const root = join(import.meta.dirname, '..');
const ownName = 'this project';
export const page = join(root, 'docs/bundle.md');

/** Why each dependency of ours is in the request path. One without a reason fails the test. */
const reasons: Readonly<Record<string, string>> = {
  '@aws-lambda-powertools/logger': 'the one line of log for each request, as structured JSON',
  '@aws-lambda-powertools/metrics': "outcomes in CloudWatch's embedded metric format, which the alarms watch",
  '@aws-sdk/client-dynamodb': 'counts attempts, in one conditional write; only where counting is on',
  '@aws-sdk/client-secrets-manager': "reads tenants' secrets, signed, with retries",
  '@aws-sdk/credential-provider-env':
    "the function's own AWS credentials, which Lambda puts into the environment",
  '@middy/core': 'the chains of both entry points: one shape for what comes before, after and on errors',
  '@middy/http-json-body-parser': 'tells JSON bodies from others and parses them, on the HTTP entry point',
  'lru-cache': 'bounds the memory that credentials, unknown tenants and cool-downs take, and their age',
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Lists the packages in a bundle.
 * @throws Error that names a direct dependency for which no reason is given
 */
const listBundle = async (metafile: Metafile): Promise<BundledPackage[]> => {
  const bytes = bytesByPackage(metafile);
  const manifests = new Map<string, Manifest>();
  for (const at of ['', ...bytes.keys()]) {
    manifests.set(at, JSON.parse(await readFile(join(root, at, 'package.json'), 'utf8')));
  }
  const ours = Object.keys(manifests.get('')?.dependencies ?? {});

  return [...bytes]
    .map(([at, size]) => {
      const { name, version, license = 'not said' } = manifests.get(at) as Manifest;
      if (at === '') return { name: ownName, version, licence: license, bytes: size, reason: 'the function' };
      const needed = [...manifests.values()].filter(({ dependencies = {} }) => name in dependencies);
      const by = needed.map((one) => one.name).sort();
      if (ours.includes(name) && !reasons[name])
        throw new Error(`scripts/list-bundle.ts gives no reason for ${name}`);
      const reason = reasons[name] ?? `needed by ${by.join(', ')}`;
      return { name, version, licence: license, bytes: size, reason };
    })
    .sort((a, b) => b.bytes - a.bytes);
};

/** The page of both bundles: as deployed by default, and what counting attempts adds. */
export const bundlePage = (plain: readonly BundledPackage[], counting: readonly BundledPackage[]): string => {
  const added = counting.filter(({ name }) => !plain.some((one) => one.name === name));
  return `# What is in the bundle

Made by \`npm run bundle\` from the bundle that \`cdk synth\` builds: each byte is put down to the package that the source
map names. Licences are what the packages' own package.json says. Nothing else is deployed: Lambda's runtime brings
Node.js, and the AWS SDK in the runtime is not used.

${kilobytes(total(plain))} in all, minified.

${table(plain)}

With attempt counting on (\`countAttempts=true\`) it is ${kilobytes(total(counting))}, and these come with it:

${table(added)}
`;
};

const table = (packages: readonly BundledPackage[]): string =>
  [
    '| package | version | licence | size | why |',
    '|---|---|---|---|---|',
    ...packages.map(
      ({ name, version, licence, bytes, reason }) =>
        `| ${name} | ${version} | ${licence} | ${kilobytes(bytes)} | ${reason} |`,
    ),
  ].join('\n');

const total = (packages: readonly BundledPackage[]): number =>
  packages.reduce((sum, { bytes }) => sum + bytes, 0);

const kilobytes = (bytes: number): string => (bytes < 1000 ? 'under 1 kB' : `${Math.round(bytes / 1000)} kB`);

export const listBothBundles = async (): Promise<{ plain: BundledPackage[]; counting: BundledPackage[] }> => {
  const [plain, counting] = await Promise.all([
    buildFunction('verify-number/plain', root),
    buildFunction('verify-number/counting', root),
  ]);
  return { plain: await listBundle(plain.metafile), counting: await listBundle(counting.metafile) };
};

if (import.meta.main) {
  const { plain, counting } = await listBothBundles();
  await writeFile(page, bundlePage(plain, counting));
}
