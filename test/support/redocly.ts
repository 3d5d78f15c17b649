import { join } from 'node:path';
import { type Run, run } from './run.ts';

/** Redocly's CLI, to be run with Node. */
export const redoclyCli = join(import.meta.dirname, '../../node_modules/@redocly/cli/bin/cli.js');

/** Disables telemetry, update checks and colours. */
export const redoclyEnvironment = {
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  NO_COLOR: '1',
};

/** Runs a command of Redocly's CLI to its end. */
export const runRedocly = (args: readonly string[], cwd?: string): Promise<Run> =>
  run(process.execPath, [redoclyCli, ...args], redoclyEnvironment, cwd);
