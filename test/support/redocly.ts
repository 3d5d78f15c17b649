import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const cli = join(import.meta.dirname, '../../node_modules/@redocly/cli/bin/cli.js');

/** Redocly's CLI in a process of its own, which reports to nobody and looks for no newer version of itself. */
export const startRedocly = (args: readonly string[]) =>
  spawn(process.execPath, [cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' },
  });

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', resolve));

/** Runs a command of Redocly's CLI to its end. */
export const runRedocly = async (...args: string[]) => {
  const child = startRedocly(args);
  const [status, stdout, stderr] = await Promise.all([ended(child), text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
};
