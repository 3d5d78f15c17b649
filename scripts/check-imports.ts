/** Rejects circular imports, of types too: between files, and between the folders that directly contain them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Imports that no circle shows, and why they are not allowed: importer, imported. */
const forbidden = [
  [
    /^lib\/tenant-tool\//,
    /^lib\/sandbox\//,
    'The tool that handles real keys does not import the simulator.',
  ],
] as const;

const importPattern = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

const readImports = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(importPattern)].map(([, path = '']) => join(dirname(file), path));

/** Connects the groups that the files belong to. An import within one group does not count. */
const toGraph = (imports: Graph, toGroup: (file: string) => string): Graph => {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const group = toGroup(file);
    const others = [...targets].map(toGroup).filter((other) => other !== group);
    graph.set(group, new Set([...(graph.get(group) ?? []), ...others]));
  }
  return graph;
};

/** Finds one circle through each node that is on any. */
const findCircles = (graph: Graph): string[] => {
  const circles = new Map<string, string>();
  for (const start of [...graph.keys()].sort()) {
    const paths: string[][] = [[start]];
    const seen = new Set<string>();
    for (const path of paths) {
      for (const next of graph.get(path.at(-1) ?? '') ?? []) {
        if (next === start) circles.set([...path].sort().join(), [...path, next].join(' → '));
        if (next === start || seen.has(next)) continue;
        seen.add(next);
        paths.push([...path, next]);
      }
    }
  }
  return [...circles.values()];
};

const files = execFileSync('git', ['ls-files', '--', '*.ts', '*.js', '*.mjs'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const imports: Graph = new Map(files.map((file) => [file, new Set(readImports(file))]));
const problems = [
  ...findCircles(toGraph(imports, (file) => file)).map((circle) => `Circle of files: ${circle}`),
  ...findCircles(toGraph(imports, dirname)).map((circle) => `Circle of folders: ${circle}`),
  ...forbidden.flatMap(([from, to, reason]) =>
    files
      .filter((file) => from.test(file) && readImports(file).some((target) => to.test(target)))
      .map((file) => `${file}: ${reason}`),
  ),
];
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
