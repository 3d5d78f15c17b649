import { describe, expect, it } from '@jest/globals';
import { type FakeTerminal, typedTerminal } from '../../../support/fake-terminal.ts';
import { acme, runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
const removeAcme = (options = '', terminal?: FakeTerminal) => {
  tool.secretsManager.put('kaleyra/acme', secretOfAcme);
  return runTool(`remove acme${options}`, terminal);
};

describe('remove', () => {
  it('deletes without confirmation with --yes, and prints how to restore the secret', async () => {
    const { status, stdout } = await removeAcme(' --yes');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^Deleted kaleyra\/acme in ap-south-1\..* \d{4}-.*restore-secret/),
    ]);
    const again = await runTool('remove acme --yes');
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('restore-secret') });
  });

  it('deletes permanently with --force', async () => {
    expect((await removeAcme(' --yes --force')).status).toBe(0);
    expect((await runTool('remove acme --yes')).stderr).toContain('There is no secret kaleyra/acme');
  });

  it('deletes after the tenant id has been typed, and shows what is typed', async () => {
    const { status, stderr } = await removeAcme('', typedTerminal(['acmx\u007fe\r']));
    expect([status, await tool.readAcme()]).toEqual([0, undefined]);
    expect(stderr).toContain('acmx');
  });

  it.each([
    ['after another text', typedTerminal(['y\r']), ' --force'],
    ['without --yes if stdin is not a terminal', undefined, ''],
  ])('deletes nothing %s', async (_name, terminal, options) => {
    expect((await removeAcme(options, terminal)).status).toBe(1);
    expect(await tool.readAcme()).toEqual(acme);
  });
});
