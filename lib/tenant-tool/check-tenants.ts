/** The command `check`: checks the format of secrets, and probes their credentials with `--probe`. */
import type { ToolCommand } from './command-line.ts';
import { findKaleyra, probeCredentials } from './probe-credentials.ts';
import { reportTenants, runForEach, type TenantItem } from './run-for-each.ts';
import type { ToolContext } from './tool-context.ts';

/** Checks one tenant, or every tenant if the command names none. */
export const checkTenants = async (
  { operand: tenantId, probe, pod }: ToolCommand,
  context: ToolContext,
  find = findKaleyra,
): Promise<0 | 1> => {
  const { regions, terminal } = context;
  const kaleyras = await Promise.all(regions.map((secrets) => (probe ? find(secrets, pod) : undefined)));

  const check = async ({ tenantId, secrets }: TenantItem): Promise<readonly string[]> => {
    const credentials = await secrets.read(tenantId);
    const { sid, apiKey } = credentials;
    const format =
      `${secrets.getName(tenantId)} in ${secrets.region} has the documented format: SID ${sid}, an API key of ` +
      `${apiKey.length} characters.`;
    const kaleyra = kaleyras[regions.indexOf(secrets)];
    return kaleyra ? [format, await probeCredentials(credentials, kaleyra)] : [format];
  };

  if (tenantId !== '') {
    for (const secrets of regions) {
      for (const line of await check({ tenantId, secrets })) terminal.stdout.write(`${line}\n`);
    }
    return 0;
  }
  const items = await Promise.all(
    regions.map(async (secrets) =>
      (await secrets.list()).map((tenant): TenantItem => ({ tenantId: tenant.tenantId, secrets })),
    ),
  );
  const results = await runForEach(items.flat(), 'Checking', context, async (item) => {
    await check(item);
    return 'correct';
  });
  return reportTenants(results, ['correct'], context);
};
