import type { Keyboard } from './keyboard.ts';
import type { TenantSecrets } from './tenant-secrets.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. */
export interface ToolContext {
  readonly terminal: Terminal;
  /** Absent if stdin is not a terminal. */
  readonly keyboard: Keyboard | undefined;
  /** The secrets in each region that the command works on. At least one. */
  readonly regions: readonly TenantSecrets[];
}
