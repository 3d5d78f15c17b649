/** The packages that a bundle contains, from the metafile of the bundler. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Folder of the package that a file belongs to, such as `node_modules/lru-cache`; '' is this project. */
export const getPackageFolder = (path: string): string =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '';

/** Bytes of the output by the package's folder. */
export const countBytesByPackage = ({ outputs }: Metafile): ReadonlyMap<string, number> => {
  const bytes = new Map<string, number>();
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  for (const [path, { bytesInOutput }] of inputs) {
    const folder = getPackageFolder(path);
    bytes.set(folder, (bytes.get(folder) ?? 0) + bytesInOutput);
  }
  return bytes;
};

/** The folders of all bundled packages. */
export const listPackageFolders = (metafiles: readonly Metafile[]): readonly string[] => {
  const folders = new Set(metafiles.flatMap((metafile) => [...countBytesByPackage(metafile).keys()]));
  folders.delete('');
  return [...folders].sort();
};

/** The licence texts of packages. Most licences require them in every copy. */
export const readLicences = async (folders: readonly string[], root: string): Promise<string> => {
  const sections = folders.map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file
      ? await readFile(join(root, folder, file), 'utf8')
      : 'The package contains no licence file.';
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(sections)).join(`\n${'-'.repeat(80)}\n\n`);
};
