/** The function as `cdk synth` builds it, and a process that runs it between simulated services. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCertificateAuthority } from '../../bench/lambda-runtime/certificates.ts';
import { startLambdaProcess } from '../../bench/lambda-runtime/lambda-process.ts';
import { formatSecret } from '../../functions/verify-number/tenants/secret.ts';
import { startKaleyraSimulator } from '../../lib/sandbox/kaleyra/simulator.ts';
import { startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { seedTenants } from '../../lib/sandbox/tenants/seed-tenants.ts';
import { buildFunctions } from '../../scripts/build/build-function.ts';

const root = join(import.meta.dirname, '../..');

/** The function as `cdk synth` deploys it. */
interface BuiltFunction {
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
 * @param context options, as `-c name=value` passes them
 */
const synthesizeFunction = async (context: Readonly<Record<string, string>>): Promise<BuiltFunction> => {
  await buildFunctions();
  const output = await mkdtemp(join(tmpdir(), 'built-function-'));
  await promisify(execFile)(process.execPath, [join(root, 'bin/app.ts')], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      CDK_DEFAULT_REGION: 'ap-south-1',
      CDK_OUTDIR: output,
      // The CLI sets this flag, with which the template contains each asset's folder.
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:enable-asset-metadata': true, ...context }),
    },
  });
  const file = join(output, 'KaleyraNumberVerification-ap-south-1.template.json');
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

/** Options of Node.js with which the deadlines of a started function are too long to end a request. */
export const longDeadlines = ['--import', join(import.meta.dirname, 'long-deadlines.ts')];

/**
 * Starts the built function, a Kaleyra that knows the sandbox's tenants, and a Secrets Manager.
 * @param context options, as `-c name=value` passes them
 * @param differing environment variables that differ from the template's
 */
export const startBuiltFunction = async (
  context: Readonly<Record<string, string>> = {},
  differing: Readonly<Record<string, string>> = {},
) => {
  const authority = await createCertificateAuthority();
  const built = await synthesizeFunction(context);
  const hosts = new Set<string>();
  const kaleyra = await startKaleyraSimulator({
    accounts: seedTenants.map(({ sid, apiKey }) => ({ sid, apiKeys: [apiKey], pod: 'IN' })),
    pod: 'IN',
    onRequest: ({ host }) => hosts.add(host),
    tls: await authority.issue(['api.in.kaleyra.io']),
  });
  const secretsManager = await startSecretsManager({
    secrets: Object.fromEntries(
      seedTenants.map((tenant) => [`kaleyra/${tenant.tenantId}`, formatSecret(tenant)]),
    ),
  });
  const start = (environment: Readonly<Record<string, string>>, trust?: string) =>
    startLambdaProcess({
      taskRoot: built.folder,
      nodeOptions: longDeadlines,
      environment: {
        ...built.environment,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManager.port}`,
        ...differing,
        ...environment,
      },
      ...(trust !== undefined && { trust }),
      redirect: { 'api.in.kaleyra.io:443': kaleyra.port },
    });
  const lambda = await start({}, authority.cert);
  return {
    built,
    kaleyra,
    /** The hosts that Kaleyra was called with. */
    hosts,
    secretsManager,
    lambda,
    /** Starts another process, which does not trust Kaleyra's certificate. */
    startCareless: (environment: Readonly<Record<string, string>>) => start(environment),
    close: async () => {
      await lambda[Symbol.asyncDispose]();
      await Promise.all([kaleyra.close(), secretsManager.close(), built.remove()]);
    },
  };
};
