/** What a command of the tenant tool works with. */
import type { Prompt, Terminal } from './prompt.ts';
import type { TenantSecrets } from './tenant-secrets.ts';

export interface ToolContext {
  readonly terminal: Terminal;
  /** Absent if stdin is not a terminal. */
  readonly prompt: Prompt | undefined;
  /** The secrets in each region that the command works on. At least one. */
  readonly regions: readonly TenantSecrets[];
}
