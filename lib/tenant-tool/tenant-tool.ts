import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';
import { type AwsTarget, findTargets } from './aws-target.ts';
import { checkAllTenants, checkTenant, type KaleyraByRegion } from './check-tenants.ts';
import { parseCommandLine, type ToolCommand } from './command-line.ts';
import { toErrorMessage } from './error-message.ts';
import { helpText } from './help-text.ts';
import { importTenants } from './import-tenants.ts';
import { type FindKaleyra, findKaleyra } from './kaleyra-to-probe.ts';
import type { Keyboard } from './keyboard.ts';
import { listTenants } from './list-tenants.ts';
import { putTenant } from './put-tenant.ts';
import { removeTenant } from './remove-tenant.ts';
import { createTenantSecrets } from './tenant-secrets.ts';
import type { Terminal } from './terminal.ts';
import type { ToolContext } from './tool-context.ts';

interface ToolSettings {
  /** Absent if stdin is not a terminal. */
  readonly keyboard?: Keyboard | undefined;
  /** Only tests set it, because Kaleyra receives API keys. */
  readonly findKaleyra?: FindKaleyra | undefined;
}

/**
 * Runs one command of the tenant tool.
 * @returns the exit status: 0, or 1 after a message on `stderr`
 */
export const runTenantTool = async (
  args: readonly string[],
  terminal: Terminal,
  settings: ToolSettings = {},
): Promise<0 | 1> => {
  let targets: AwsTarget[] = [];
  try {
    const command = parseCommandLine(args);
    if (command === 'help') {
      terminal.stdout.write(helpText);
      return 0;
    }
    targets = await findTargets(command.regions);
    for (const { account, region, endpoint } of targets) {
      terminal.stderr.write(`AWS account ${account}, region ${region}, endpoint ${endpoint}\n`);
    }
    return await run(command, targets, terminal, settings);
  } catch (error) {
    terminal.stderr.write(`${toErrorMessage(error)}\n`);
    return 1;
  } finally {
    for (const { secretsManager } of targets) secretsManager.destroy();
  }
};

const run = async (
  command: ToolCommand,
  targets: readonly AwsTarget[],
  terminal: Terminal,
  { keyboard, findKaleyra: find = findKaleyra }: ToolSettings,
): Promise<0 | 1> => {
  const context: ToolContext = {
    terminal,
    keyboard,
    regions: targets.map(({ secretsManager, region }) =>
      createTenantSecrets(secretsManager, region, command.prefix),
    ),
  };
  switch (command.command) {
    case 'put':
      return putTenant(command, context);
    case 'import':
      return importTenants(command, context);
    case 'list':
      return listTenants(command, context);
    case 'check':
      return checkTenant(command, context, await findKaleyras(command, targets, find));
    case 'check-all':
      return checkAllTenants(context, await findKaleyras(command, targets, find));
    case 'remove':
      return removeTenant(command, context);
  }
};

const findKaleyras = async (
  { probe, pod }: { readonly probe: boolean; readonly pod: Pod | undefined },
  targets: readonly AwsTarget[],
  find: FindKaleyra,
): Promise<KaleyraByRegion> => {
  const found = probe ? targets : [];
  return new Map(
    await Promise.all(found.map(async (target) => [target.region, await find(target, pod)] as const)),
  );
};
