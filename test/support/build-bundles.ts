/** Builds the functions' bundles once before the tests, which read them from `dist`. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

// In a process of its own, because Jest's hooks change how the modules that this file imports are loaded.
export default (): void => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.ts')], {
    stdio: 'inherit',
  });
};
