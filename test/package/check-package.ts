/**
 * `npm run test:package`: packs the package and uses it in an app that shares nothing with this repository. Needs the npm
 * registry. A failure shows the output of the app's command.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { run } from '../support/run.ts';

const root = join(import.meta.dirname, '../..');
const [, lowestCdk = ''] = /^>=(\S+) </.exec(manifest.peerDependencies['aws-cdk-lib']) ?? [];
const [, lowestConstructs = ''] = /^\^(\S+)$/.exec(manifest.peerDependencies.constructs) ?? [];

/** Everything, because the npm registry may need a proxy or certificates. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);

/** Runs a command that must succeed, and returns its stdout. */
const runOrFail = async (
  command: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const { status, stdout, stderr } = await run(command, args, { ...environment, ...variables }, cwd);
  assert.equal(status, 0, `${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
};

interface PackedPackage {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let app: string;
let packed: PackedPackage;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  const output = await runOrFail('npm', ['pack', '--json', '--pack-destination', folder], root);
  // The scripts that build the package print to stdout first.
  [packed] = JSON.parse(output.slice(output.indexOf('[\n')));
  app = join(folder, 'app');
  await cp(join(import.meta.dirname, 'consumer'), app, { recursive: true });
  const samples = await readSamples();
  assert.deepEqual(
    samples.map(([path]) => path),
    ['bin/app.ts', 'test/verification.test.ts'],
  );
  for (const [path, code] of samples) await writeFile(join(app, path), code);
  await runOrFail('npm', ['ci', '--no-audit', '--no-fund'], app);
  await install(join(folder, packed.filename));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The code samples of the README that name their file in the first line. */
const readSamples = async (): Promise<[string, string][]> => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, path = '', code = '']) => [
    path,
    code,
  ]);
};

const install = (...packages: string[]) =>
  runOrFail('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...packages], app);

/** Runs a command of the app's packages, with the app's Node.js. */
const runInApp = (
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) => {
  const bin = join(app, 'node_modules/.bin');
  return runOrFail(join(bin, command), args, app, {
    PATH: `${bin}:${process.env['PATH']}`,
    ...variables,
  });
};

describe('the tarball', () => {
  test('has no scripts, which a consumer cannot run', async () => {
    const installed = await readFile(join(app, 'node_modules', manifest.name, 'package.json'), 'utf8');
    assert.deepEqual(
      Object.keys(JSON.parse(installed)).filter((name) => /scripts|devDependencies/i.test(name)),
      [],
    );
    assert.equal(
      JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).scripts.start,
      manifest.scripts.start,
    );
  });

  test('contains every file that its documents link to', async () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    const documents = packed.files.filter(({ path }) => path.endsWith('.md'));
    const missing: string[] = [];
    for (const { path } of documents) {
      const text = await readFile(join(root, path), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
        const target = join(dirname(path), link).replace(/\/$/, '');
        const isPacked = paths.has(target) || [...paths].some((other) => other.startsWith(`${target}/`));
        if (!isPacked) missing.push(`${path}: ${link}`);
      }
    }
    assert.deepEqual(missing, []);
  });

  test('contains no tests, benchmarks or CI files', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of [
      'dist/functions/verify-number/plain/index.mjs',
      'dist/functions/verify-number/counting/index.mjs',
      'dist/functions/release-check/index.mjs',
      'dist/third-party-licences.txt',
    ]) {
      assert.ok(paths.includes(path), path);
    }
    assert.deepEqual(
      paths.filter((path) => /^(test|bench|scripts|\.)|\.test\.ts$/.test(path)),
      [],
    );
  });

  test('has nothing that publint reports', async () => {
    const report = await runInApp('publint', ['run', join(folder, packed.filename), '--strict']);
    assert.match(report, /All good!/);
  });

  test('has types that work with every module resolution', async () => {
    await runInApp('attw', [join(folder, packed.filename)]);
  });

  test('has commands that name themselves in their help', async () => {
    for (const command of ['sandbox', 'tenant']) {
      const help = await runInApp('kaleyra-number-verification', [command, '--help']);
      assert.match(help, new RegExp(`npx kaleyra-number-verification ${command}`));
    }
  });

  test('creates the template of npx cdk deploy, with the same feature flags', async () => {
    const synthesize = async (
      output: string,
      synth: (variables: Record<string, string>) => Promise<string>,
    ) => {
      await synth({
        CDK_OUTDIR: join(folder, output),
        CDK_DEFAULT_REGION: 'ap-south-1',
        CDK_CONTEXT_JSON: JSON.stringify(cdkSettings.context),
      });
      const name = 'KaleyraNumberVerification-ap-south-1.template.json';
      const template = JSON.parse(await readFile(join(folder, output, name), 'utf8'));
      // `npx cdk deploy` also keeps an export for the workflow's stack.
      const outputs = Object.entries(template.Outputs).filter(([id]) => !id.startsWith('ExportsOutput'));
      return { ...template, Outputs: Object.fromEntries(outputs) };
    };
    const own = await synthesize('own', (variables) =>
      runOrFail(process.execPath, ['bin/app.ts'], root, variables),
    );
    const packaged = await synthesize('packaged', (variables) =>
      runInApp('tsx', ['bin/stacks.ts'], variables),
    );
    assert.deepEqual(packaged, own);
  });
});

const testApp = (title: string, versions: readonly string[], tsconfigs: readonly string[]) =>
  describe(`an app with ${title}`, () => {
    before(async () => {
      if (versions.length > 0) await install(join(folder, packed.filename), ...versions);
    });

    for (const tsconfig of tsconfigs) {
      test(`compiles with TypeScript 5.9 and ${tsconfig}, with the declarations`, async () => {
        await runInApp('tsc', ['-p', tsconfig]);
      });
    }

    test('compiles with the TypeScript version of this repository', async () => {
      await runOrFail(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], app);
    });

    test('passes its tests, with ts-jest on Node.js 22', async () => {
      assert.match(await runInApp('node', ['--version']), /^v22\./);
      await runInApp('jest', []);
    });

    test('gets the same classes from ES modules and from CommonJS', async () => {
      await runInApp('node', ['esm/classes.mts']);
    });
  });

testApp('the locked version of aws-cdk-lib', [], ['tsconfig.json']);
testApp(
  `aws-cdk-lib ${lowestCdk} and constructs ${lowestConstructs}`,
  [`aws-cdk-lib@${lowestCdk}`, `constructs@${lowestConstructs}`],
  ['tsconfig.json', 'tsconfig.node10.json'],
);
