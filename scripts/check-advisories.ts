/**
 * `npm audit --json | npm run check:advisories`: fails if a package that is bundled into the npm package or the functions
 * has a known vulnerability. All dependencies are development dependencies, so `npm audit --omit=dev` checks none.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The part of `npm audit --json` that is used. */
interface AuditReport {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly name: string; readonly severity: string; readonly nodes: readonly string[] }>
  >;
}

/** The list that `npm run build:package` writes, unless an argument names another file. */
const file = process.argv[2] ?? join(import.meta.dirname, '../dist/bundled-packages.json');
const folders: readonly string[] = JSON.parse(await readFile(file, 'utf8'));
const report: AuditReport = JSON.parse(await text(process.stdin));

if (report.auditReportVersion === undefined) {
  console.log('The registry did not respond to npm audit. Nothing was checked.');
} else {
  const affected = Object.values(report.vulnerabilities ?? {}).filter(({ nodes }) =>
    nodes.some((node) => folders.includes(node)),
  );
  for (const { name, severity } of affected) {
    console.error(`${name} is bundled and has a vulnerability (${severity}). Run npm audit for details.`);
  }
  if (affected.length > 0) process.exitCode = 1;
  else console.log(`None of the ${folders.length} bundled packages has a known vulnerability.`);
}
