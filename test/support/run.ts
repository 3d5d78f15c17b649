import { type ChildProcess, spawn } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { text } from 'node:stream/consumers';

export interface Run {
  /** `null` if a signal ended the program. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));

/**
 * Runs a program until it ends. Its environment contains PATH, HOME, the compile cache of this process and the given
 * variables only.
 */
export const run = async (
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Run> => {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_COMPILE_CACHE: getCompileCacheDir(),
      ...environment,
    },
  });
  const [status, stdout, stderr] = await Promise.all([ended(child), text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
};
