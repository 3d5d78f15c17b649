import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildFunctions } from '../../scripts/build/build-function.ts';

const root = join(import.meta.dirname, '../..');

/** The function as `cdk synth` deploys it. */
export interface BuiltFunction {
  /** The asset's folder: `index.mjs` and its source map. */
  readonly folder: string;
  /** The module whose export `handler` Lambda calls. */
  readonly entry: string;
  /** The environment variables in the template. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the temporary folder. */
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
 * Runs the app in another process, as the CDK CLI does, and returns the function of its stack. Needs no account and no
 * network.
 * @param region AWS region of the stack
 * @param context options, as `-c name=value` passes them
 */
export const synthesizeFunction = async (
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
      // The CLI sets this flag, with which the template contains each asset's folder.
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
