import { describe, expect, it } from '@jest/globals';
import { AwsServiceError } from '../../../../lib/sandbox/secrets-manager/store.ts';
import { pipedStdin, typedStdin } from '../../../support/fake-terminal.ts';
import { apiKey, otherKey, runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();

describe('put', () => {
  const put = (stdin: NodeJS.ReadableStream) => runTool(['put', 'acme', '--sid', 'FAKESIDACME'], stdin);

  it('makes the secret of a new tenant, with a key from stdin', async () => {
    const { status, stdout } = await put(pipedStdin(`${apiKey}\n`));
    expect([status, stdout]).toEqual([0, 'Created kaleyra/acme.\n']);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey });
  });

  it('gives the secret of a known tenant a new value', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stdout } = await put(pipedStdin(otherKey));
    expect([status, stdout]).toEqual([0, expect.stringContaining('Updated kaleyra/acme.')]);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey: otherKey });
    expect(tool.secretsManager.callCount('CreateSecret')).toBe(0);
  });

  it('asks for the key at a terminal, which echoes nothing meanwhile', async () => {
    const { stdin, rawModes } = typedStdin(`${apiKey}x\u007f\r`);
    const { status, stdout, stderr } = await put(stdin);
    expect([status, stdout]).toEqual([0, 'Created kaleyra/acme.\n']);
    expect(stderr).toMatch(/\nAPI key of acme, which is not shown: \n$/);
    expect(rawModes).toEqual([true, false]);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey });
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('changes nothing after %s', async (_name, typed) => {
    const { status, stderr } = await put(typedStdin(typed).stdin);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/\nGiven up\. Nothing was changed\.\n$/)]);
    expect(await tool.read('kaleyra/acme')).toBeUndefined();
  });

  it.each([
    ['', 'No API key was given'],
    ['\n', 'No API key was given'],
    [`${apiKey} `, 'That is no API key'],
    [`${apiKey}\n${apiKey}\n`, 'That is no API key'],
    ['clé-factice', 'That is no API key'],
    [apiKey.repeat(1000), 'stdin holds more than 4096 characters'],
  ])('refuses a key that can be none (%#)', async (text, sentence) => {
    const { status, stderr } = await put(pipedStdin(text));
    expect([status, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    expect(await tool.read('kaleyra/acme')).toBeUndefined();
  });

  it.each([
    [['--api-key', apiKey]],
    [[`--api-key=${apiKey}`]],
    [[`--apikey=${apiKey}`]],
    [['--key', apiKey]],
    [['-key', apiKey]],
    [[apiKey]],
  ])('refuses a key on the command line (%#)', async (args) => {
    const { status, stderr } = await runTool(['put', 'acme', '--sid', 'FAKESIDACME', ...args]);
    expect([status, stderr]).toEqual([1, expect.stringContaining('never taken from the command line')]);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('refuses another KMS key for a secret that has one, and a secret that is being deleted', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const args = ['put', 'acme', '--sid', 'FAKESIDACME'];
    const refused = await runTool([...args, '--kms-key-id', 'alias/fake'], pipedStdin(otherKey));
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('--kms-key-id is for new ones'),
    ]);
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));
    await runTool(['remove', 'acme', '--yes']);
    const tooLate = await runTool(args, pipedStdin(otherKey));
    expect([tooLate.status, tooLate.stderr]).toEqual([1, expect.stringContaining('restore-secret')]);
  });
});

describe('list', () => {
  it('lists the tenants under the prefix, however many', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => `tenant-${String(n).padStart(3, '0')}`);
    for (const id of ids.toReversed()) tool.secretsManager.put(`kaleyra/${id}`, secretOfAcme);
    for (const name of ['other/acme', 'kaleyra/deeper/acme', 'KALEYRA/acme'])
      tool.secretsManager.put(name, 'x');
    const { status, stdout } = await runTool(['list']);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split('\t')[0])).toEqual(ids);
    expect(lines[0]).toMatch(/\t\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('says so when there is none', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stdout, stderr } = await runTool(['list', '--prefix', 'elsewhere/']);
    expect([status, stdout, stderr]).toEqual([0, '', expect.stringContaining('no tenants under elsewhere/')]);
  });
});

describe('check', () => {
  it('finds the right form', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    const { status, stdout } = await runTool(['check', 'acme']);
    const form = 'kaleyra/acme has the right form: SID FAKESIDACME, an API key of 20 characters.\n';
    expect([status, stdout]).toEqual([0, form]);
  });

  it.each([
    ['not JSON', 'not {"sid", "apiKey"} in the documented form'],
    [JSON.stringify({ sid: 'FAKESIDACME', apiKey: `${apiKey} ` }), 'in the documented form'],
    [JSON.stringify({ sid: '../x', apiKey }), 'in the documented form'],
    [Buffer.from('binary'), 'kaleyra/acme is binary'],
  ])('finds a wrong form (%#)', async (value, sentence) => {
    tool.secretsManager.put('kaleyra/acme', value);
    const { status, stdout, stderr } = await runTool(['check', 'acme']);
    expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining(sentence)]);
  });

  it('finds no secret, or may not look', async () => {
    expect((await runTool(['check', 'nobody'])).stderr).toContain('There is no such secret here');
    tool.failWith(new AwsServiceError('AccessDeniedException', 'User is not authorized'));
    const { status, stderr } = await runTool(['check', 'acme']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/\nAccessDeniedException: User is not authorized\n$/),
    ]);
  });
});

describe('remove', () => {
  const removeAcme = (stdin: NodeJS.ReadableStream | undefined, ...args: string[]) => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    return runTool(['remove', 'acme', ...args], stdin);
  };

  it('deletes unasked with --yes, and says until when the secret can be restored', async () => {
    const { status, stdout } = await removeAcme(undefined, '--yes');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^Deleted kaleyra\/acme\. Until \d{4}-.*restore/),
    ]);
    expect((await runTool(['list'])).stdout).toBe('');
    const again = await runTool(['remove', 'acme', '--yes']);
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('is being deleted')]);
  });

  it('deletes for good with --force', async () => {
    const { status, stdout } = await removeAcme(undefined, '--yes', '--force');
    expect([status, stdout]).toEqual([0, 'Deleted kaleyra/acme for good.\n']);
    expect((await runTool(['check', 'acme'])).stderr).toContain('There is no such secret here');
  });

  it("deletes once the tenant's id has been typed", async () => {
    const { status, stdout, stderr } = await removeAcme(typedStdin('acme\r').stdin);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Deleted kaleyra/acme.')]);
    expect(stderr).toContain('Type acme to delete kaleyra/acme with 30 days to restore it: ');
  });

  it('deletes nothing otherwise', async () => {
    const { status, stderr } = await removeAcme(typedStdin('y\r').stdin, '--force');
    expect([status, stderr]).toEqual([1, expect.stringContaining('Nothing was changed')]);
    const unasked = await removeAcme(undefined);
    expect([unasked.status, unasked.stderr]).toEqual([1, expect.stringContaining('say --yes')]);
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));
    const missing = await runTool(['remove', 'nobody', '--yes']);
    expect([missing.status, missing.stderr]).toEqual([
      1,
      expect.stringContaining('no secret kaleyra/nobody'),
    ]);
  });
});
