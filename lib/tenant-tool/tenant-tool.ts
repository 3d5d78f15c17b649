import { checkTenants } from './check-tenants.ts';
import { parseCommandLine, type ToolCommand } from './command-line.ts';
import { toErrorMessage } from './error-message.ts';
import { helpText } from './help-text.ts';
import { importTenants } from './import-tenants.ts';
import { listTenants } from './list-tenants.ts';
import type { FindKaleyra } from './probe-credentials.ts';
import type { Prompt, Terminal } from './prompt.ts';
import { putTenant } from './put-tenant.ts';
import { removeTenant } from './remove-tenant.ts';
import { findRegions, type TenantSecrets } from './tenant-secrets.ts';
import type { ToolContext } from './tool-context.ts';

/**
 * Runs one command of the tenant tool.
 * @param prompt absent if stdin is not a terminal
 * @param findKaleyra only tests set it, because Kaleyra receives API keys
 * @returns the exit status: 0, or 1 after a message on `stderr`
 */
export const runTenantTool = async (
  args: readonly string[],
  terminal: Terminal,
  prompt: Prompt | undefined,
  findKaleyra?: FindKaleyra,
): Promise<0 | 1> => {
  let regions: readonly TenantSecrets[] = [];
  try {
    const command = parseCommandLine(args);
    if (command === 'help') {
      terminal.stdout.write(helpText);
      return 0;
    }
    regions = await findRegions(command);
    for (const { account, region, endpoint } of regions) {
      const where = account === undefined ? '' : `account ${account}, `;
      terminal.stderr.write(`AWS ${where}region ${region}, endpoint ${endpoint}\n`);
    }
    return await commands[command.name](command, { terminal, prompt, regions }, findKaleyra);
  } catch (error) {
    terminal.stderr.write(`${toErrorMessage(error)}\n`);
    return 1;
  } finally {
    for (const { close } of regions) close();
  }
};

const commands: Readonly<
  Record<
    ToolCommand['name'],
    (command: ToolCommand, context: ToolContext, findKaleyra?: FindKaleyra) => Promise<0 | 1>
  >
> = { put: putTenant, import: importTenants, list: listTenants, check: checkTenants, remove: removeTenant };
