import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface LockEntry {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

const root = join(import.meta.dirname, '../..');
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const manifest: {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
} = read('package.json');
const { packages }: { packages: Record<string, LockEntry> } = read('package-lock.json');
const locked = Object.entries(packages).filter(([at]) => at !== '');
const getName = (at: string) => at.replace(/^.*node_modules\//, '');

describe('an installed package', () => {
  it('has a SHA-512 hash in the lock file', () => {
    // A bundled package is covered by the hash of the archive that contains it.
    const loose = locked.filter(
      ([, { integrity = '', inBundle }]) => !inBundle && !/^sha512-/.test(integrity),
    );
    expect(loose.map(([at]) => at)).toEqual([]);
  });

  it('comes from the npm registry', () => {
    const elsewhere = locked.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere.map(([at]) => at)).toEqual([]);
  });

  it('is pinned to an exact version', () => {
    const { dependencies, devDependencies } = manifest;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('runs an install script only if package.json allows it', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([at]) => getName(at));
    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(scripted)].sort());
    const allowed = Object.entries(manifest.allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed).toEqual([['node', true]]);
  });
});

it('every action of a workflow is pinned to a commit, with its version in a comment', () => {
  const actions = ['.github/workflows', 'examples/pipeline'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap(
      (file) => readFileSync(join(root, folder, file), 'utf8').match(/(?<=uses: )(?!\.).+$/gm) ?? [],
    ),
  );
  expect(actions).not.toEqual([]);
  expect(actions.filter((action) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
});
