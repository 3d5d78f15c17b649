import { describe, expect, it } from '@jest/globals';
import { pipedTerminal } from '../../../support/fake-terminal.ts';
import { startRegions } from '../../../support/regional-secrets-managers.ts';
import { runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();

describe('list', () => {
  it('prints one line for each tenant under the prefix, sorted', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => `tenant-${String(n).padStart(3, '0')}`);
    for (const id of ids.toReversed()) tool.secretsManager.put(`kaleyra/${id}`, secretOfAcme);
    const { status, stdout } = await runTool(['list']);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split('\t')[0])).toEqual(ids);
    expect(lines[0]).toMatch(/\tap-south-1\t\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('omits names that are not tenants', async () => {
    const names = ['other/acme', 'kaleyra/deeper/acme', 'KALEYRA/acme', 'kaleyra/_release-check'];
    for (const name of [...names, 'kaleyra/acme']) tool.secretsManager.put(name, 'x');
    expect((await runTool(['list'])).stdout).toMatch(/^acme\t[^\n]+\n$/);
  });

  it('prints a table with a header on a terminal', async () => {
    for (const id of ['a', 'globex-international']) tool.secretsManager.put(`kaleyra/${id}`, secretOfAcme);
    const terminal = pipedTerminal();
    const { stdout } = await runTool(
      ['list'],
      Object.assign(terminal, { stdout: Object.assign(terminal.stdout, { isTTY: true }) }),
    );
    expect(stdout).toMatch(
      /^TENANT {16}REGION {6}CHANGED\na {21}ap-south-1 {2}\d.*Z\nglobex-international {2}ap-south-1 {2}\d.*Z\n$/,
    );
  });

  it('prints a JSON array with --json', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    expect(JSON.parse((await runTool(['list', '--json'])).stdout)).toEqual([
      { tenant_id: 'acme', region: 'ap-south-1', changed_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    ]);
    expect((await runTool(['list', '--json', '--prefix', 'elsewhere/'])).stdout).toBe('[]\n');
  });

  it('reports that there are no tenants', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stdout, stderr } = await runTool(['list', '--prefix', 'elsewhere/']);
    expect([status, stdout, stderr]).toEqual([
      0,
      '',
      expect.stringContaining('There are no tenants with the prefix elsewhere/\n'),
    ]);
  });

  it('lists several regions, by tenant', async () => {
    const regions = await startRegions(['ap-south-1', 'eu-west-1']);
    for (const [region, id] of [
      ['eu-west-1', 'acme'],
      ['ap-south-1', 'acme'],
      ['ap-south-1', 'globex'],
    ] as const) {
      regions.in(region).put(`kaleyra/${id}`, secretOfAcme);
    }
    const { stdout } = await runTool(['list', '--region', 'eu-west-1,ap-south-1']);
    expect(stdout.replace(/\t[^\t]+Z\n/g, '\n')).toBe(
      'acme\tap-south-1\nacme\teu-west-1\nglobex\tap-south-1\n',
    );
    await regions.close();
  });
});
