import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

/** The specifier of a relative import in a declaration file, up to its extension. */
const relativeImport = /((?:from|import\()\s*['"])(\.{1,2}\/[^'"]+)\.ts(['"])/g;

/**
 * Copies the declarations that the sources' declarations import, directly or indirectly, with their maps. Names the
 * files `.js` in imports: TypeScript leaves the sources' `.ts` there, which only works next to the sources.
 */
export const copyDeclarations = async (
  from: string,
  to: string,
  sources: readonly string[],
): Promise<void> => {
  const pending = sources.map((source) => source.replace(/\.ts$/, ''));
  const seen = new Set(pending);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const code = await readFile(join(from, `${name}.d.ts`), 'utf8');
    for (const [, , path = ''] of code.matchAll(relativeImport)) {
      const imported = posix.join(posix.dirname(name), path);
      if (!seen.has(imported)) pending.push(imported);
      seen.add(imported);
    }
    await mkdir(dirname(join(to, name)), { recursive: true });
    await writeFile(join(to, `${name}.d.ts`), code.replace(relativeImport, '$1$2.js$3'));
    await writeFile(join(to, `${name}.d.ts.map`), await readFile(join(from, `${name}.d.ts.map`)));
  }
};
