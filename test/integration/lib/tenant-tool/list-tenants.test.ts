import { describe, expect, it } from '@jest/globals';
import { pipedTerminal } from '../../../support/fake-terminal.ts';
import { runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
const store = (...names: readonly string[]) => {
  for (const name of names) tool.secretsManager.put(name, secretOfAcme);
};
const time = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z';

describe('list', () => {
  it('prints one line for each tenant under the prefix, sorted, from every page', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => `tenant-${String(n).padStart(3, '0')}`);
    store(...ids.toReversed().map((id) => `kaleyra/${id}`));
    store('other/acme', 'kaleyra/deeper/acme', 'KALEYRA/acme', 'kaleyra/_release-check');
    const { status, stdout } = await runTool('list');
    expect([status, stdout.match(/^[^\t]+/gm)]).toEqual([0, ids]);
    expect(stdout).toMatch(new RegExp(`^tenant-000\tap-south-1\t${time}\n`));
  });

  it('prints a table with a header on a terminal', async () => {
    store('kaleyra/a', 'kaleyra/globex-international');
    const { stdout } = await runTool('list', pipedTerminal('', true));
    const lines = ['TENANT {16}REGION {6}CHANGED', `a {21}ap-south-1 {2}${time}`];
    expect(stdout).toMatch(
      new RegExp(`^${[...lines, `globex-international {2}ap-south-1 {2}${time}`].join('\n')}\n$`),
    );
  });

  it('prints a JSON array with --json', async () => {
    store('kaleyra/acme');
    const changed_at = expect.stringMatching(new RegExp(`^${time}$`));
    expect(JSON.parse((await runTool('list --json')).stdout)).toEqual([
      { tenant_id: 'acme', region: 'ap-south-1', changed_at },
    ]);
  });

  it('reports on stderr that there are no tenants', async () => {
    expect((await runTool('list --json --prefix elsewhere/')).stdout).toBe('[]\n');
    const { status, stdout, stderr } = await runTool('list --prefix elsewhere/');
    expect([status, stdout, stderr]).toEqual([0, '', expect.stringContaining('elsewhere/\n')]);
  });
});
