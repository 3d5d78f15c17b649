/** The command `list`: a table on a terminal, otherwise lines with tabs, or JSON. */
import type { ToolCommand } from './command-line.ts';
import type { ToolContext } from './tool-context.ts';

export const listTenants = async (
  { prefix, json }: ToolCommand,
  { regions, terminal: { stdout, stderr } }: ToolContext,
): Promise<0> => {
  const listings = await Promise.all(
    regions.map(async ({ list, region }) =>
      (await list()).map(({ tenantId, changedAt }) => [tenantId, region, changedAt?.toISOString()] as const),
    ),
  );
  const rows = listings.flat().sort((a, b) => (a.join('\t') < b.join('\t') ? -1 : 1));
  if (json) {
    const tenants = rows.map(([tenant_id, region, changed_at]) => ({ tenant_id, region, changed_at }));
    stdout.write(`${JSON.stringify(tenants, null, 2)}\n`);
  } else if (rows.length === 0) stderr.write(`There are no tenants with the prefix ${prefix}\n`);
  else if (stdout.isTTY) stdout.write(formatTable([['TENANT', 'REGION', 'CHANGED'], ...rows]));
  else stdout.write(rows.map((cells) => `${cells.join('\t')}\n`).join(''));
  return 0;
};

const formatTable = (rows: readonly (readonly [string, string, string | undefined])[]): string => {
  const tenantWidth = Math.max(...rows.map(([tenant]) => tenant.length));
  const regionWidth = Math.max(...rows.map(([, region]) => region.length));
  return rows
    .map(([tenant, region, changed = '']) => {
      return `${tenant.padEnd(tenantWidth)}  ${region.padEnd(regionWidth)}  ${changed}\n`;
    })
    .join('');
};
