import type { CommandOf } from './command-line.ts';
import type { ToolContext } from './tool-context.ts';

/** Lists the tenants of each region: a table on a terminal, otherwise lines with tabs, or JSON. */
export const listTenants = async (
  { prefix, json }: CommandOf<'list'>,
  { regions, terminal }: ToolContext,
): Promise<0> => {
  const { stdout, stderr } = terminal;
  const listings = await Promise.all(
    regions.map(async (secrets) =>
      (await secrets.list()).map(({ tenantId, changedAt }) => ({
        tenant_id: tenantId,
        region: secrets.region,
        changed_at: changedAt?.toISOString(),
      })),
    ),
  );
  const tenants = listings
    .flat()
    .sort((a, b) => compare(a.tenant_id, b.tenant_id) || compare(a.region, b.region));

  if (json) stdout.write(`${JSON.stringify(tenants, null, 2)}\n`);
  else if (tenants.length === 0) stderr.write(`There are no tenants with the prefix ${prefix}\n`);
  else {
    const rows = tenants.map(({ tenant_id, region, changed_at = '' }) => [tenant_id, region, changed_at]);
    stdout.write(stdout.isTTY ? toTable([['TENANT', 'REGION', 'CHANGED'], ...rows]) : toLines(rows));
  }
  return 0;
};

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

type Rows = readonly (readonly string[])[];

const toLines = (rows: Rows): string => rows.map((cells) => `${cells.join('\t')}\n`).join('');

const toTable = (rows: Rows): string => {
  const width = (column: number): number => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  const widths = [width(0), width(1), 0];
  return rows
    .map((cells) => `${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
    .join('');
};
