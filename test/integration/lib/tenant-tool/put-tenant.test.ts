import { describe, expect, it } from '@jest/globals';
import { type FakeTerminal, pipedTerminal, typedTerminal } from '../../../support/fake-terminal.ts';
import {
  acme,
  apiKey,
  otherKey,
  runTool,
  secretOfAcme,
  useSecretsManager,
} from '../../../support/tenant-tool.ts';

const tool = useSecretsManager();
const put = (terminal?: FakeTerminal, ...options: readonly string[]) =>
  runTool(['put', 'acme', '--sid', acme.sid, ...options], terminal);

describe('put for a new tenant', () => {
  it.each([
    ['from a pipe', pipedTerminal(`${apiKey}\n`)],
    ['that is typed, and corrected while it is typed', typedTerminal([`wrong\u0015${apiKey}x\u007f\r`])],
    ['that is typed after Ctrl-Z', typedTerminal([`\u001a${apiKey}\r`])],
  ])('creates the secret with a key %s', async (_name, terminal) => {
    expect(await put(terminal)).toMatchObject({ status: 0, stdout: 'Created kaleyra/acme in ap-south-1.\n' });
    expect(await tool.readAcme()).toEqual(acme);
  });

  it.each([
    ['a line', `${otherKey}\r`],
    ['a part of a line', otherKey],
  ])('ignores %s that was typed before the question', async (_name, typedAhead) => {
    const { stderr } = await put(typedTerminal([`${apiKey}\r`], typedAhead));
    expect(stderr).toContain('Ignored');
    expect(await tool.readAcme()).toEqual(acme);
  });

  it.each([
    ['after Ctrl-C', '\u0003'],
    ['after Ctrl-D', '\u0004'],
    ['if a document of several lines is pasted', JSON.stringify(acme, null, 2).replaceAll('\n', '\r')],
    ['if a document is pasted', `${secretOfAcme}\r`],
  ])('changes nothing %s', async (_name, typed) => {
    const { status, stderr } = await put(typedTerminal([typed]));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/Nothing was changed\.\n$/)]);
    expect(await tool.readAcme()).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['a key and a space', `${apiKey} `],
    ['two keys', `${apiKey}\n${apiKey}\n`],
    ['a key that is too long', 'k'.repeat(513)],
    ['an endless line', apiKey.repeat(1000)],
    ['an object', secretOfAcme],
    ['an object of several lines', JSON.stringify(acme, null, 2)],
    ['JSON text', `${JSON.stringify(apiKey)}\n`],
  ])('rejects %s from a pipe', async (_name, text) => {
    const { status, stderr } = await put(pipedTerminal(text));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/Nothing was changed\.\n$/)]);
    expect(await tool.readAcme()).toBeUndefined();
  });

  it('names a character that no key has', async () => {
    expect((await put(pipedTerminal(`\u200f${apiKey}`))).stderr).toContain('U+200F');
  });

  it.each(['1234567890', '{not-json', 'k'.repeat(512)])('accepts the key %s', async (key) => {
    await put(pipedTerminal(key));
    expect(await tool.readAcme()).toEqual({ ...acme, apiKey: key });
  });

  it.each([
    ['--api-key', apiKey],
    [`--api-key=${apiKey}`],
    [`--apikey=${apiKey}`],
    ['--key', apiKey],
    ['-key', apiKey],
    [apiKey],
    [`--${apiKey}`],
    [`-${apiKey}`],
    [`--${apiKey}=x`],
  ])('rejects a key on the command line in one line that does not repeat it (%#)', async (...options) => {
    expect(await put(undefined, ...options)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^.+\n$/),
    });
  });
});

describe('put for an existing tenant', () => {
  const newSid = 'FAKESIDNEW';
  const replace = (terminal: FakeTerminal, ...options: readonly string[]) => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    return runTool(['put', 'acme', '--sid', newSid, ...options], terminal);
  };

  it.each([
    ['after confirmation', typedTerminal(['y\r', `${otherKey}\r`]), []],
    ['from a pipe with --replace', pipedTerminal(otherKey), ['--replace']],
  ])('shows both SIDs and replaces the secret %s', async (_name, terminal, options) => {
    const { status, stdout, stderr } = await replace(terminal, ...options);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Replaced kaleyra/acme in ap-south-1.')]);
    expect(stderr).toMatch(/FAKESIDACME\n.*FAKESIDNEW\n/);
    expect(await tool.readAcme()).toEqual({ sid: newSid, apiKey: otherKey });
    expect(tool.secretsManager.callCount('CreateSecret')).toBe(0);
  });

  it.each([
    ['the answer n', typedTerminal(['n\r']), []],
    ['an empty answer', typedTerminal(['\r']), []],
    ['the key as the answer', typedTerminal([`${otherKey}\r`]), []],
    ['a pipe and no --replace', pipedTerminal(otherKey), []],
    ['a KMS key', pipedTerminal(otherKey), ['--replace', '--kms-key-id', 'alias/fake']],
  ])('changes nothing with %s', async (_name, terminal, options) => {
    expect((await replace(terminal, ...options)).status).toBe(1);
    expect(await tool.readAcme()).toEqual(acme);
  });

  it('replaces a secret that does not have the documented format', async () => {
    tool.secretsManager.put('kaleyra/acme', 'not JSON');
    expect((await put(pipedTerminal(apiKey), '--replace')).status).toBe(0);
    expect(await tool.readAcme()).toEqual(acme);
  });

  it('rejects a secret that is scheduled for deletion', async () => {
    tool.secretsManager.put('kaleyra/acme', secretOfAcme);
    await runTool('remove acme --yes');
    const { status, stderr } = await put(pipedTerminal(otherKey), '--replace');
    expect([status, stderr]).toEqual([1, expect.stringContaining('aws secretsmanager restore-secret')]);
  });
});
