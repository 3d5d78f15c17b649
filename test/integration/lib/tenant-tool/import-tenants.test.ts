import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createThrottlingFault, type SecretsCall } from '../../../../lib/sandbox/secrets-manager/server.ts';
import { AwsServiceError } from '../../../../lib/sandbox/secrets-manager/store.ts';
import { type FakeTerminal, pipedTerminal, typedTerminal } from '../../../support/fake-terminal.ts';
import { startRegions } from '../../../support/regional-secrets-managers.ts';
import { apiKey, otherKey, runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tenantIds = (count: number) =>
  Array.from({ length: count }, (_, n) => `tenant-${String(n).padStart(3, '0')}`);

const writeFile = (ids: readonly string[], key = apiKey): string => {
  const file = join(folder, 'tenants.csv');
  const lines = ids.map((id) => `${id},FAKESIDACME,${key}\n`);
  writeFileSync(file, `tenant_id,sid,apiKey\n${lines.join('')}`, { mode: 0o600 });
  return file;
};

const runImport = (file: string, terminal?: FakeTerminal, ...args: string[]) =>
  runTool(['import', file, ...args], terminal);
const listIds = async () =>
  (await runTool(['list'])).stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0]);
const isWrite = ({ operation }: SecretsCall) => operation === 'CreateSecret';

describe('import', () => {
  it('imports 500 tenants, is interrupted, names the rest, and finishes when it runs again', async () => {
    const ids = tenantIds(500);
    const file = writeFile(ids);
    const terminal = pipedTerminal();
    let writes = 0;
    tool.failWith((call) => {
      if (isWrite(call)) writes += 1;
      if (writes === 200) terminal.emit('SIGINT');
      return undefined;
    });

    const first = await runImport(file, terminal);
    const stored = await listIds();
    expect(first.status).toBe(1);
    expect(stored.length).toBeGreaterThanOrEqual(200);
    expect(stored.length).toBeLessThan(300);
    const notDone = /^Not done in ap-south-1: (.+)$/m.exec(first.stderr)?.[1]?.split(', ') ?? [];
    expect([...stored, ...notDone].sort()).toEqual(ids);
    expect(first.stdout).toBe(
      `ap-south-1: ${stored.length} created, 0 replaced, 0 unchanged, 0 failed, ${notDone.length} not done\n`,
    );
    expect(first.stderr).toContain('Run the same command again');

    const second = await runImport(file);
    expect([second.status, second.stdout]).toEqual([
      0,
      `ap-south-1: ${notDone.length} created, 0 replaced, ${stored.length} unchanged, 0 failed, 0 not done\n`,
    ]);
    expect(await listIds()).toEqual(ids);
    expect(tool.secretsManager.callCount('CreateSecret')).toBe(500);
    expect(tool.secretsManager.callCount('PutSecretValue')).toBe(0);
    expect(await tool.read('kaleyra/tenant-499')).toEqual({ sid: 'FAKESIDACME', apiKey });
  });

  it('retries calls that Secrets Manager throttles', async () => {
    let calls = 0;
    tool.failWith(() => {
      calls += 1;
      return calls <= 12 ? createThrottlingFault() : undefined;
    });
    const { status, stdout } = await runImport(writeFile(tenantIds(6)));
    expect([status, stdout]).toEqual([0, expect.stringContaining('6 created')]);
  });

  it('changes existing secrets that differ only with --replace', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    tool.secretsManager.put('kaleyra/broken', 'not JSON');
    const file = writeFile(['acme', 'broken', 'globex'], otherKey);
    const kept = await runImport(file);
    expect([kept.status, kept.stdout]).toEqual([
      1,
      'ap-south-1: 1 created, 0 replaced, 0 unchanged, 2 failed, 0 not done\n',
    ]);
    expect(kept.stderr).toContain(
      'Failed in ap-south-1: acme, broken: The secret has another SID or key. Pass --replace to overwrite it.\n',
    );
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));

    const replaced = await runImport(file, undefined, '--replace');
    expect([replaced.status, replaced.stdout]).toEqual([
      0,
      'ap-south-1: 0 created, 2 replaced, 1 unchanged, 0 failed, 0 not done\n',
    ]);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey: otherKey });
  });

  it('continues after an error that concerns one tenant', async () => {
    tool.failWith((call) =>
      call.secretId === 'kaleyra/acme' ? new AwsServiceError('AccessDeniedException', 'Denied') : undefined,
    );
    const { status, stdout, stderr } = await runImport(writeFile(['acme', 'globex', 'initech']));
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('2 created, 0 replaced, 0 unchanged, 1 failed'),
    ]);
    expect(stderr).toContain('Failed in ap-south-1: acme: AccessDeniedException: Denied\n');
  });

  it('stops when the session expires', async () => {
    const expired = new AwsServiceError('ExpiredTokenException', 'Expired');
    let writes = 0;
    tool.failWith((call) => {
      if (isWrite(call)) writes += 1;
      return writes > 20 ? expired : undefined;
    });
    const ids = tenantIds(100);
    const { status, stderr } = await runImport(writeFile(ids));
    expect([status, stderr]).toEqual([1, expect.stringContaining('ExpiredTokenException')]);
    expect(stderr).toMatch(/^Not done in ap-south-1: .*tenant-099$/m);
  });

  it('shows a progress bar on a terminal and nothing elsewhere', async () => {
    const file = writeFile(tenantIds(3));
    const shown = await runImport(file, typedTerminal([]).terminal);
    expect(shown.stderr).toContain(`\rImporting [${' '.repeat(30)}] 0/3`);
    expect(shown.stderr).toContain(`\rImporting [${'#'.repeat(30)}] 3/3\n`);
    expect((await runImport(file)).stderr).not.toContain('Importing');
  });

  it('imports into several regions', async () => {
    const regions = await startRegions(['ap-south-1', 'eu-west-1']);
    regions.in('eu-west-1').put('kaleyra/tenant-000', secretOfAcme);
    const file = writeFile(tenantIds(20));
    const { status, stdout } = await runImport(file, undefined, '--region', 'ap-south-1,eu-west-1');
    expect([status, stdout]).toEqual([
      0,
      'ap-south-1: 20 created, 0 replaced, 0 unchanged, 0 failed, 0 not done\n' +
        'eu-west-1: 19 created, 0 replaced, 1 unchanged, 0 failed, 0 not done\n',
    ]);
    await regions.close();
  });

  it('reads nothing from AWS if the file is wrong', async () => {
    const { status, stderr } = await runImport(writeFile(['ac/me']));
    expect([status, stderr]).toEqual([1, expect.stringContaining('line 2 tenant_id must be')]);
    expect(tool.secretsManager.callCount('GetSecretValue')).toBe(0);
  });
});
