/** Asks the registry for advisories, and exits with status 1 if one is about a package that `npm pack` bundles. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const dist = join(import.meta.dirname, '../dist');

/** The names of the bundled packages, from the list of licences that the build writes. */
export const readShippedNames = (licences: string): readonly string[] => [
  ...new Set(
    [...licences.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) \d+\.\d+\.\d+\S* \(.+\)$/gm)].map(
      ([, name = '']) => name,
    ),
  ),
];

/**
 * Returns the shipped packages that have advisories.
 * @param report the output of `npm audit --json`
 * @returns `undefined` if the registry returned no report
 */
export const findShippedAdvisories = (report: string, shipped: readonly string[]): string[] | undefined => {
  const { auditReportVersion, vulnerabilities = {} } = parse(report);
  if (auditReportVersion === undefined) return undefined;
  return Object.keys(vulnerabilities).filter((name) => shipped.includes(name));
};

interface AuditReport {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, unknown>>;
}

const parse = (text: string): AuditReport => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

if (import.meta.main) {
  const shipped = readShippedNames(readFileSync(join(dist, 'third-party-licences.txt'), 'utf8'));
  const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
  const advisories = findShippedAdvisories(stdout, shipped);
  if (!advisories) console.log('npm audit: the registry returned no report, so nothing was checked.');
  else if (advisories.length === 0)
    console.log(`npm audit: no advisory for the ${shipped.length} shipped packages.`);
  else {
    console.error(`npm audit: advisories for ${advisories.join(', ')}. Run npm audit, and update them.`);
    process.exitCode = 1;
  }
}
