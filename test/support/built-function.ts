import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildFunctions } from '../../scripts/build-function.ts';

const root = join(import.meta.dirname, '../..');

/** The function as `cdk synth` builds it. */
export interface BuiltFunction {
  /** The asset folder that becomes the Lambda's code: `index.mjs` and its source map. */
  readonly folder: string;
  /** The module to import, whose export `handler` is what Lambda calls. */
  readonly entry: string;
  /** The environment that the stack gives it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the temporary folder that all of it is in. */
  remove(): Promise<void>;
}

interface Template {
  readonly Resources: Record<
    string,
    {
      readonly Metadata?: Record<string, string>;
      readonly Properties?: { readonly Environment?: { readonly Variables: Record<string, string> } };
    }
  >;
}

/**
 * Synthesizes the app into a temporary folder, in a process of its own as the CDK CLI would (no account, no network,
 * about three seconds).
 * @param region AWS region of the stack
 * @param context CDK context, as `-c name=value` would give it
 */
export const buildFunction = async (
  region = 'ap-south-1',
  context: Readonly<Record<string, string>> = {},
): Promise<BuiltFunction> => {
  await buildFunctions();
  const output = await mkdtemp(join(tmpdir(), 'built-function-'));
  await promisify(execFile)(process.execPath, [join(root, 'bin/app.ts')], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      CDK_DEFAULT_REGION: region,
      CDK_OUTDIR: output,
      // The CLI sets the first: it has the template name each asset's folder.
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:enable-asset-metadata': true, ...context }),
    },
  });
  const file = join(output, `KaleyraNumberVerification-${region}.template.json`);
  const { Resources }: Template = JSON.parse(await readFile(file, 'utf8'));
  const built = Object.values(Resources).find(
    ({ Properties }) => Properties?.Environment?.Variables['KALEYRA_POD'] !== undefined,
  );
  const asset = built?.Metadata?.['aws:asset:path'];
  if (!asset) throw new Error(`No function with an asset in ${file}`);
  const folder = join(output, asset);
  return {
    folder,
    entry: join(folder, 'index.mjs'),
    environment: built.Properties?.Environment?.Variables ?? {},
    remove: () => rm(output, { recursive: true, force: true }),
  };
};
