import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');

let folder: string;
let list: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'advisories-'));
  list = join(folder, 'bundled-packages.json');
  await writeFile(list, JSON.stringify(['node_modules/lru-cache']));
});
afterAll(() => rm(folder, { recursive: true }));

const check = async (report: object) => {
  const child = spawn(process.execPath, [join(root, 'scripts/check-advisories.ts'), list]);
  child.stdin.end(JSON.stringify(report));
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
};

const vulnerability = (name: string) => ({
  [name]: { name, severity: 'high', nodes: [`node_modules/${name}`] },
});

describe('npm run check:advisories', () => {
  it('fails for a vulnerability in a bundled package', async () => {
    const { status, stderr } = await check({
      auditReportVersion: 2,
      vulnerabilities: { ...vulnerability('lru-cache'), ...vulnerability('jest') },
    });
    expect(status).toBe(1);
    expect(stderr).toBe('lru-cache is bundled and has a vulnerability (high). Run npm audit for details.\n');
  });

  it('ignores vulnerabilities in development tools', async () => {
    const { status, stdout } = await check({ auditReportVersion: 2, vulnerabilities: vulnerability('jest') });
    expect(status).toBe(0);
    expect(stdout).toBe('None of the 1 bundled packages has a known vulnerability.\n');
  });

  it('reports that nothing was checked if the registry does not respond', async () => {
    const { status, stdout } = await check({ message: 'request failed' });
    expect(status).toBe(0);
    expect(stdout).toBe('The registry did not respond to npm audit. Nothing was checked.\n');
  });
});
