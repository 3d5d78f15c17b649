import type { CommandOf } from './command-line.ts';
import { runForEach } from './run-for-each.ts';
import { readTenantFile, type TenantRecord } from './tenant-file.ts';
import { reportTenants, type TenantItem } from './tenant-results.ts';
import type { ToolContext } from './tool-context.ts';

const outcomes = ['created', 'replaced', 'unchanged'] as const;

interface ImportItem extends TenantItem, TenantRecord {}

/** Each tenant needs a read and a write. Secrets Manager allows 50 writes per second. */
const concurrencyPerRegion = 4;

/** Writes the secrets of a file's tenants in each region. Secrets that are up to date are not written again. */
export const importTenants = async (
  { file, kmsKeyId, replace }: CommandOf<'import'>,
  context: ToolContext,
): Promise<0 | 1> => {
  const { regions, terminal } = context;
  const items = readTenantFile(file).flatMap((tenant) =>
    regions.map((secrets): ImportItem => ({ ...tenant, secrets })),
  );

  const importTenant = async (item: ImportItem): Promise<(typeof outcomes)[number]> => {
    const { tenantId, sid, apiKey, secrets } = item;
    const stored = await secrets.find(tenantId);
    if (!stored) {
      await secrets.create(tenantId, { sid, apiKey }, kmsKeyId);
      return 'created';
    }
    if (stored.credentials?.sid === sid && stored.credentials.apiKey === apiKey) return 'unchanged';
    if (!replace) throw new Error('The secret has another SID or key. Pass --replace to overwrite it.');
    await secrets.update(tenantId, { sid, apiKey });
    return 'replaced';
  };

  const results = await runForEach(items, importTenant, {
    terminal,
    label: 'Importing',
    concurrency: concurrencyPerRegion * regions.length,
  });
  const status = reportTenants(results, outcomes, context);
  terminal.stderr.write(
    status === 0
      ? `${file} contains API keys. Delete it when you no longer need it.\n`
      : 'Run the same command again to import what is missing. Tenants that are up to date are skipped.\n',
  );
  return status;
};
