import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface LockEntry {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'));
const manifest: {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
} = read('package.json');
const { packages }: { packages: Record<string, LockEntry> } = read('package-lock.json');
const locked = Object.entries(packages).filter(([at]) => at !== '');
const nameOf = (at: string) => at.replace(/^.*node_modules\//, '');

describe('what is installed', () => {
  it('is held to its content by the lock file, each package', () => {
    // What comes within another package's archive is held by that archive's.
    const loose = locked.filter(
      ([, { integrity = '', inBundle }]) => !inBundle && !/^sha512-/.test(integrity),
    );
    expect(loose.map(([at]) => at)).toEqual([]);
  });

  it('comes from a registry and from nowhere else', () => {
    const elsewhere = locked.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere.map(([at]) => at)).toEqual([]);
  });

  it('is asked for by its exact version', () => {
    const { dependencies, devDependencies } = manifest;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('runs a script as it is installed only where package.json says so by name', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([at]) => nameOf(at));
    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(scripted)].sort());
    const allowed = Object.entries(manifest.allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed).toEqual([['node', true]]);
  });
});
