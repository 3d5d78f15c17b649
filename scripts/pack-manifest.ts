/**
 * Removes from package.json what the packed package must not contain, and restores it: `npm pack` runs this before
 * (`strip`) and after (`restore`). A consumer cannot run the scripts, and npm warns about some of them.
 */
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const manifest = join(import.meta.dirname, '../package.json');
/** Not tracked by git. It remains only if packing was interrupted. */
const original = `${manifest}.unpacked`;
const unpublished = ['scripts', 'devDependencies', 'allowScripts', 'overrides'];

if (process.argv[2] === 'strip') {
  await copyFile(manifest, original);
  const fields = Object.entries(JSON.parse(await readFile(manifest, 'utf8')));
  const published = Object.fromEntries(fields.filter(([name]) => !unpublished.includes(name)));
  await writeFile(manifest, `${JSON.stringify(published, null, 2)}\n`);
} else {
  await rename(original, manifest);
}
