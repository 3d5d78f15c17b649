import { describe, expect, it } from '@jest/globals';
import { type FakeTerminal, typedTerminal } from '../../../support/fake-terminal.ts';
import { runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();

describe('remove', () => {
  const removeAcme = (terminal: FakeTerminal | undefined, ...args: string[]) => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    return runTool(['remove', 'acme', ...args], terminal);
  };

  it('deletes without confirmation with --yes, and prints how long the secret can be restored', async () => {
    const { status, stdout } = await removeAcme(undefined, '--yes');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^Deleted kaleyra\/acme in ap-south-1\. Restore it until \d{4}-.*restore-secret/),
    ]);
    expect((await runTool(['list'])).stdout).toBe('');
    const again = await runTool(['remove', 'acme', '--yes']);
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('is scheduled for deletion')]);
  });

  it('deletes permanently with --force', async () => {
    const { status, stdout } = await removeAcme(undefined, '--yes', '--force');
    expect([status, stdout]).toEqual([0, 'Deleted kaleyra/acme in ap-south-1 permanently.\n']);
    expect((await runTool(['check', 'acme'])).stderr).toContain('There is no such secret');
  });

  it('deletes after the tenant id has been typed, and shows what is typed', async () => {
    const { status, stdout, stderr } = await removeAcme(typedTerminal(['acmx\u007fe\r']).terminal);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Deleted kaleyra/acme')]);
    expect(stderr).toContain(
      'Type acme to delete kaleyra/acme in ap-south-1 with 30 days to restore it: acmx\b \be\n',
    );
  });

  it('deletes nothing if another text is typed', async () => {
    const { status, stderr } = await removeAcme(typedTerminal(['y\r']).terminal, '--force');
    expect([status, stderr]).toEqual([1, expect.stringContaining('Nothing was changed')]);
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));
  });

  it('deletes nothing without --yes if stdin is not a terminal', async () => {
    const { status, stderr } = await removeAcme(undefined);
    expect([status, stderr]).toEqual([1, expect.stringContaining('Pass --yes')]);
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));
  });

  it('reports a secret that does not exist', async () => {
    const { status, stderr } = await runTool(['remove', 'nobody', '--yes']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('There is no secret kaleyra/nobody in ap-south-1'),
    ]);
  });
});
