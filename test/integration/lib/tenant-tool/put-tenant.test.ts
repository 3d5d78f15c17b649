import { describe, expect, it } from '@jest/globals';
import { type FakeTerminal, pipedTerminal, typedTerminal } from '../../../support/fake-terminal.ts';
import { startRegions } from '../../../support/regional-secrets-managers.ts';
import { apiKey, otherKey, runTool, secretOfAcme, useSecretsManager } from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
const put = (terminal?: FakeTerminal, ...args: string[]) =>
  runTool(['put', 'acme', '--sid', 'FAKESIDACME', ...args], terminal);
const storeAcme = () => tool.secretsManager.put('kaleyra/acme', secretOfAcme);

describe('put for a new tenant', () => {
  it('creates the secret with a key from stdin', async () => {
    const { status, stdout } = await put(pipedTerminal(`${apiKey}\n`));
    expect([status, stdout]).toEqual([0, 'Created kaleyra/acme in ap-south-1.\n']);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey });
  });

  it('asks for the key at a terminal and shows nothing of it', async () => {
    const { terminal, rawModes } = typedTerminal([`wrong\u0015${apiKey}x\u007f\r`]);
    const { status, stdout, stderr } = await put(terminal);
    expect([status, stdout]).toEqual([0, 'Created kaleyra/acme in ap-south-1.\n']);
    expect(stderr).toMatch(/\nAPI key of acme \(not shown\): \n$/);
    expect([rawModes.at(0), rawModes.at(-1)]).toEqual([true, false]);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey });
  });

  it('ignores what was typed before the question', async () => {
    const { stderr } = await put(typedTerminal([`${apiKey}\r`], `${otherKey}\r`).terminal);
    expect(stderr).toContain('Ignored what was typed before this question.');
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey });
  });

  it('ignores Ctrl-Z while it asks for the key', async () => {
    await put(typedTerminal([`\u001a${apiKey}\r`]).terminal);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey });
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-\\', '\u001c'],
  ])('changes nothing after %s', async (_name, typed) => {
    const { status, stderr } = await put(typedTerminal([typed]).terminal);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/\nCancelled\. Nothing was changed\.\n$/)]);
    expect(await tool.read('kaleyra/acme')).toBeUndefined();
  });

  it.each([
    ['', 'No API key was entered'],
    ['\n', 'No API key was entered'],
    [`${apiKey} `, 'not an API key'],
    [`${apiKey}\n${apiKey}\n`, 'not an API key'],
    ['clé-factice', 'not an API key'],
    [apiKey.repeat(1000), 'stdin contains more than 4096 characters'],
    [secretOfAcme, 'The input is a JSON document. Enter only the API key, for example: jq -r .apiKey'],
    [JSON.stringify({ apiKey }, null, 2), 'The input is a JSON document'],
    [`${JSON.stringify(apiKey)}\n`, 'The input is a JSON document'],
  ])('rejects piped input that is not a key (%#)', async (text, message) => {
    const { status, stderr } = await put(pipedTerminal(text));
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(stderr).toContain('Nothing was changed.');
    expect(await tool.read('kaleyra/acme')).toBeUndefined();
  });

  it('rejects a JSON document that is pasted at the question', async () => {
    const { status, stderr } = await put(typedTerminal([`${secretOfAcme}\r`]).terminal);
    expect([status, stderr]).toEqual([1, expect.stringContaining('The input is a JSON document')]);
  });

  it.each([['1234567890'], ['{not-json']])(
    'accepts the key %s, which is not a JSON document',
    async (key) => {
      await put(pipedTerminal(key));
      expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDACME', apiKey: key });
    },
  );

  it.each([
    [['--api-key', apiKey]],
    [[`--api-key=${apiKey}`]],
    [[`--apikey=${apiKey}`]],
    [['--key', apiKey]],
    [['-key', apiKey]],
    [[apiKey]],
  ])('rejects a key on the command line (%#)', async (args) => {
    const { status, stderr } = await put(undefined, ...args);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('never takes an API key from the command line'),
    ]);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});

describe('put for an existing tenant', () => {
  const sids = 'kaleyra/acme exists in ap-south-1.\n  current SID  FAKESIDACME\n  new SID      FAKESIDNEW\n';
  const replace = (terminal: FakeTerminal, ...args: string[]) =>
    runTool(['put', 'acme', '--sid', 'FAKESIDNEW', ...args], terminal);

  it('shows both SIDs and replaces the secret after confirmation', async () => {
    storeAcme();
    const { status, stdout, stderr } = await replace(typedTerminal(['y\r', `${otherKey}\r`]).terminal);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Replaced kaleyra/acme in ap-south-1.')]);
    expect(stderr).toContain(`${sids}Replace it? Type y or n: \nyes\n`);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDNEW', apiKey: otherKey });
    expect(tool.secretsManager.callCount('CreateSecret')).toBe(0);
  });

  it.each([['n'], [''], [otherKey]])('changes nothing without confirmation (%#)', async (typed) => {
    storeAcme();
    const { status, stderr } = await replace(typedTerminal([`${typed}\r`]).terminal);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/\nno\nNothing was changed\.\n$/)]);
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));
  });

  it('needs --replace if stdin is not a terminal', async () => {
    storeAcme();
    const rejected = await replace(pipedTerminal(otherKey));
    expect([rejected.status, rejected.stderr]).toEqual([1, expect.stringContaining('Pass --replace')]);
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));
    const replaced = await replace(pipedTerminal(otherKey), '--replace');
    expect([replaced.status, replaced.stderr]).toEqual([0, expect.stringContaining(sids)]);
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDNEW', apiKey: otherKey });
  });

  it('replaces a secret that does not have the documented format', async () => {
    tool.secretsManager.put('kaleyra/acme', 'not JSON');
    const { stderr } = await replace(pipedTerminal(otherKey), '--replace');
    expect(stderr).toContain('current SID  none: the secret does not have the documented format\n');
    expect(await tool.read('kaleyra/acme')).toEqual({ sid: 'FAKESIDNEW', apiKey: otherKey });
  });

  it('rejects a KMS key', async () => {
    storeAcme();
    const { status, stderr } = await replace(
      pipedTerminal(otherKey),
      '--replace',
      '--kms-key-id',
      'alias/fake',
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining('--kms-key-id is for new secrets')]);
    expect(await tool.read('kaleyra/acme')).toEqual(JSON.parse(secretOfAcme));
  });

  it('rejects a secret that is scheduled for deletion', async () => {
    storeAcme();
    await runTool(['remove', 'acme', '--yes']);
    const { status, stderr } = await replace(pipedTerminal(otherKey), '--replace');
    expect([status, stderr]).toEqual([1, expect.stringContaining('aws secretsmanager restore-secret')]);
  });
});

describe('put for several regions', () => {
  it('asks once, then writes the secret in each region', async () => {
    const regions = await startRegions(['ap-south-1', 'eu-west-1']);
    regions.in('eu-west-1').put('kaleyra/acme', secretOfAcme);
    const { terminal } = typedTerminal(['y\r', `${otherKey}\r`]);
    const { status, stdout } = await put(terminal, '--region', 'ap-south-1', '--region', 'eu-west-1');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^Created kaleyra\/acme in ap-south-1\.\nReplaced kaleyra\/acme in eu-west-1\.\n/,
      ),
    ]);
    expect(regions.in('ap-south-1').callCount('CreateSecret')).toBe(1);
    expect(regions.in('eu-west-1').callCount('PutSecretValue')).toBe(1);
    await regions.close();
  });
});
