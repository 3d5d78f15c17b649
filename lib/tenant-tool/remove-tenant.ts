/** The command `remove`: deletes one tenant's secret in each region, after confirmation. */
import { getSecretName } from '../../functions/verify-number/tenants/secret.ts';
import type { ToolCommand } from './command-line.ts';
import type { ToolContext } from './tool-context.ts';

export const removeTenant = async (
  { operand: tenantId, prefix, yes, force }: ToolCommand,
  { regions, terminal, prompt }: ToolContext,
): Promise<0> => {
  const name = getSecretName(prefix, tenantId);
  for (const { requireSecret } of regions) await requireSecret(tenantId);
  if (!yes) {
    if (!prompt) throw new Error('stdin is not a terminal. Pass --yes to delete without confirmation.');
    const where = regions.map(({ region }) => region).join(', ');
    const how = force ? 'permanently' : 'with 30 days to restore it';
    const typed = await prompt.ask(`Type ${tenantId} to delete ${name} in ${where} ${how}: `, true);
    if (typed.trim() !== tenantId) throw new Error('The tenant id does not match. Nothing was changed.');
  }
  for (const secrets of regions) {
    const restorableUntil = await secrets.remove(tenantId, force);
    terminal.stdout.write(
      restorableUntil
        ? `Deleted ${name} in ${secrets.region}. Restore it until ${restorableUntil.toISOString()} with ` +
            `aws secretsmanager restore-secret --secret-id ${name} --region ${secrets.region}\n`
        : `Deleted ${name} in ${secrets.region} permanently.\n`,
    );
  }
  return 0;
};
