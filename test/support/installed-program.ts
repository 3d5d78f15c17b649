import { spawnSync } from 'node:child_process';

/** Why a test that needs a program is skipped, or undefined if the program is installed in a version that works. */
export const whyNotInstalled = (
  program: string,
  args: readonly string[],
  version: RegExp,
): string | undefined => {
  const { stdout = '', stderr = '' } = spawnSync(program, args, { encoding: 'utf8' });
  return version.test(`${stdout}${stderr}`)
    ? undefined
    : `${program} is not installed in a version that works`;
};
