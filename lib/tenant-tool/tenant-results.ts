import { toErrorMessage } from './error-message.ts';
import type { ItemResult } from './run-for-each.ts';
import type { TenantSecrets } from './tenant-secrets.ts';
import type { ToolContext } from './tool-context.ts';

/** A tenant in one region. */
export interface TenantItem {
  readonly tenantId: string;
  readonly secrets: TenantSecrets;
}

/**
 * Writes a line of counts for each region, then the tenants that failed, by reason, and those that were not processed.
 * @returns the exit status: 0 if every tenant is done
 */
export const reportTenants = <Outcome extends string>(
  results: readonly ItemResult<TenantItem, Outcome>[],
  outcomes: readonly Outcome[],
  { regions, terminal }: ToolContext,
): 0 | 1 => {
  for (const { region } of regions) {
    const own = results.filter(({ item }) => item.secrets.region === region);
    const done = own.filter((result) => result.status === 'done');
    const notDone = own.filter(({ status }) => status === 'not-done');
    const failures = Map.groupBy(
      own.filter((result) => result.status === 'failed'),
      ({ error }) => toErrorMessage(error),
    );
    const failedCount = own.length - done.length - notDone.length;
    const counts = [
      ...outcomes.map((outcome) => `${done.filter(({ value }) => value === outcome).length} ${outcome}`),
      `${failedCount} failed`,
      `${notDone.length} not done`,
    ];
    terminal.stdout.write(`${region}: ${counts.join(', ')}\n`);
    for (const [message, failed] of failures) {
      terminal.stderr.write(`Failed in ${region}: ${listTenantIds(failed)}: ${message}\n`);
    }
    if (notDone.length > 0) terminal.stderr.write(`Not done in ${region}: ${listTenantIds(notDone)}\n`);
  }
  return results.every(({ status }) => status === 'done') ? 0 : 1;
};

const listTenantIds = (results: readonly { readonly item: TenantItem }[]): string =>
  results.map(({ item }) => item.tenantId).join(', ');
