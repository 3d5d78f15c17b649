/** What a command of the tenant tool works with. */
import type { Writable } from 'node:stream';
import type { Prompt } from './prompt.ts';
import type { TenantSecrets } from './tenant-secrets.ts';

/** The part of `process` that the tool uses. Results go to `stdout`, everything else to `stderr`. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    readonly setRawMode?: (on: boolean) => unknown;
  };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGCONT';

export interface ToolContext {
  readonly terminal: Terminal;
  /** Absent if stdin is not a terminal. */
  readonly prompt: Prompt | undefined;
  /** The secrets in each region that the command works on. At least one. */
  readonly regions: readonly TenantSecrets[];
}
