import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createThrottlingFault } from '../../../../lib/sandbox/secrets-manager/server.ts';
import { AwsServiceError } from '../../../../lib/sandbox/secrets-manager/store.ts';
import { pipedTerminal } from '../../../support/fake-terminal.ts';
import {
  acme,
  apiKey,
  otherKey,
  runTool,
  secretOfAcme,
  useSecretsManager,
} from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const listIds = (count: number) =>
  Array.from({ length: count }, (_, n) => `tenant-${String(n).padStart(3, '0')}`);

const writeFile = (ids: readonly string[], key = apiKey): string => {
  const file = join(folder, 'tenants.csv');
  const lines = ids.map((id) => `${id},FAKESIDACME,${key}\n`);
  writeFileSync(file, `tenant_id,sid,apiKey\n${lines.join('')}`, { mode: 0o600 });
  return file;
};

const formatCounts = (
  created: number,
  replaced: number,
  unchanged: number,
  failed: number,
  notDone: number,
) =>
  `ap-south-1: ${created} created, ${replaced} replaced, ${unchanged} unchanged, ${failed} failed, ${notDone} not done\n`;
const listNotDone = (stderr: string) =>
  /^Not done in ap-south-1: (.+)$/m.exec(stderr)?.[1]?.split(', ') ?? [];

/** Fails from the write with this number on. */
const failAfter = (count: number, fail: () => AwsServiceError | undefined) => {
  let writes = 0;
  tool.failWith(({ operation }) => {
    if (operation === 'CreateSecret') writes += 1;
    return writes > count ? fail() : undefined;
  });
};

describe('import', () => {
  it('names the rest after an interruption, and finishes when it runs again', async () => {
    const ids = listIds(60);
    const file = writeFile(ids);
    const terminal = pipedTerminal('', true);
    failAfter(20, () => {
      terminal.emit('SIGINT');
      return undefined;
    });
    const first = await runTool(`import ${file}`, terminal);
    const stored = (await runTool('list')).stdout.match(/^[^\t]+/gm) ?? [];
    const notDone = listNotDone(first.stderr);
    expect([...stored, ...notDone].sort()).toEqual(ids);
    expect(first).toMatchObject({ status: 1, stdout: formatCounts(stored.length, 0, 0, 0, notDone.length) });
    expect(notDone.length).toBeGreaterThan(30);
    expect(first.stderr).toContain(`\rImporting ${stored.length}/60`);

    const second = await runTool(`import ${file}`);
    expect(second).toMatchObject({ status: 0, stdout: formatCounts(notDone.length, 0, stored.length, 0, 0) });
    expect(second.stderr).not.toContain('Importing');
    expect(tool.secretsManager.callCount('CreateSecret')).toBe(60);
  });

  it('retries calls that Secrets Manager throttles', async () => {
    let calls = 0;
    tool.failWith(() => {
      calls += 1;
      return calls <= 6 ? createThrottlingFault() : undefined;
    });
    expect(await runTool(`import ${writeFile(listIds(3))}`)).toMatchObject({
      stdout: formatCounts(3, 0, 0, 0, 0),
    });
  });

  it('changes existing secrets that differ only with --replace', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    tool.secretsManager.put('kaleyra/broken', 'not JSON');
    const file = writeFile(['acme', 'broken', 'globex'], otherKey);
    const kept = await runTool(`import ${file}`);
    expect(kept).toMatchObject({ status: 1, stdout: formatCounts(1, 0, 0, 2, 0) });
    expect(kept.stderr).toMatch(/^Failed in ap-south-1: acme, broken: .*--replace/m);
    expect(await tool.readAcme()).toEqual(acme);

    const replaced = await runTool(`import ${file} --replace`);
    expect(replaced).toMatchObject({ status: 0, stdout: formatCounts(0, 2, 1, 0, 0) });
    expect(await tool.readAcme()).toEqual({ ...acme, apiKey: otherKey });
  });

  it('continues after an error that concerns one tenant', async () => {
    tool.failWith(({ secretId }) =>
      secretId === 'kaleyra/acme' ? new AwsServiceError('AccessDeniedException', 'Denied') : undefined,
    );
    const { stdout, stderr } = await runTool(`import ${writeFile(['acme', 'globex', 'initech'])}`);
    expect(stdout).toBe(formatCounts(2, 0, 0, 1, 0));
    expect(stderr).toContain('Failed in ap-south-1: acme: AccessDeniedException: Denied\n');
  });

  it('stops when the session expires', async () => {
    failAfter(20, () => new AwsServiceError('ExpiredTokenException', 'Expired'));
    const { status, stderr } = await runTool(`import ${writeFile(listIds(100))}`);
    expect([status, stderr]).toEqual([1, expect.stringContaining('ExpiredTokenException')]);
    expect(listNotDone(stderr)).toContain('tenant-099');
  });

  it('reads nothing from AWS if the file is wrong', async () => {
    const { status, stderr } = await runTool(`import ${writeFile(['ac/me'])}`);
    expect([status, stderr]).toEqual([1, expect.stringContaining('line 2 tenant_id')]);
    expect(tool.secretsManager.callCount('GetSecretValue')).toBe(0);
  });
});
