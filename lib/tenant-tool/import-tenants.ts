/** The command `import`: writes the secrets of a file's tenants in each region. */
import type { ToolCommand } from './command-line.ts';
import { reportTenants, runForEach, type TenantItem } from './run-for-each.ts';
import { readTenantFile, type TenantRecord } from './tenant-file.ts';
import type { ToolContext } from './tool-context.ts';

/** Secrets that are up to date are not written again. */
export const importTenants = async (
  { operand: file, kmsKeyId, replace }: ToolCommand,
  context: ToolContext,
): Promise<0 | 1> => {
  const items = readTenantFile(file).flatMap((tenant) =>
    context.regions.map((secrets): TenantItem & TenantRecord => ({ ...tenant, secrets })),
  );
  const results = await runForEach(
    items,
    'Importing',
    context,
    async ({ tenantId, sid, apiKey, secrets }) => {
      const stored = await secrets.find(tenantId);
      if (!stored) {
        await secrets.create(tenantId, { sid, apiKey }, kmsKeyId);
        return 'created';
      }
      const current = 'credentials' in stored ? stored.credentials : undefined;
      if (current?.sid === sid && current.apiKey === apiKey) return 'unchanged';
      if (!replace) throw new Error('The secret has another SID or key. Pass --replace to overwrite it.');
      await secrets.update(tenantId, { sid, apiKey });
      return 'replaced';
    },
  );
  const status = reportTenants(results, ['created', 'replaced', 'unchanged'], context);
  context.terminal.stderr.write(
    status === 0
      ? `${file} contains API keys. Delete it when you no longer need it.\n`
      : 'Run the same command again to import what is missing. Tenants that are up to date are skipped.\n',
  );
  return status;
};
