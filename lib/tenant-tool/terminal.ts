import type { Writable } from 'node:stream';

type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  readonly setRawMode?: (on: boolean) => unknown;
};

type Output = Writable & { readonly isTTY?: boolean };

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGCONT';

/** The part of `process` that the tool uses. Results go to `stdout`, everything else to `stderr`. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}
