/** Builds the functions' bundles and the tests' stacks once before the tests. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface JestSettings {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

// In processes of their own, because Jest's hooks change how the modules that this file imports are loaded.
const runScript = (path: string): void => {
  execFileSync(process.execPath, [join(import.meta.dirname, path)], { stdio: 'inherit' });
};

export default ({ testPathPatterns }: JestSettings): void => {
  runScript('../../scripts/build.ts');
  const { patterns } = testPathPatterns;
  const areUnitTests = patterns.length > 0 && patterns.every((pattern) => pattern.includes('test/unit'));
  if (!areUnitTests) runScript('synthesize-stacks.ts');
};
