/** The command `put`: writes one tenant's secret in each region. */
import { nameForeignCharacter } from '../../functions/verify-number/core/parse-command.ts';
import { isApiKey } from '../../functions/verify-number/tenants/secret.ts';
import type { ToolCommand } from './command-line.ts';
import type { ToolContext } from './tool-context.ts';

export const putTenant = async (
  { operand: tenantId, sid, kmsKeyId, replace }: ToolCommand,
  context: ToolContext,
): Promise<0> => {
  const { regions, terminal } = context;
  const targets = await Promise.all(
    regions.map(async (secrets) => ({ secrets, stored: await secrets.find(tenantId) })),
  );
  let exists = false;
  for (const { secrets, stored } of targets) {
    if (!stored) continue;
    exists = true;
    const name = secrets.getName(tenantId);
    if (kmsKeyId !== undefined) {
      throw new Error(
        `${name} exists in ${secrets.region}, and --kms-key-id is for new secrets. Change its key with ` +
          `aws secretsmanager update-secret --secret-id ${name} --kms-key-id <id>.`,
      );
    }
    const currentSid =
      'credentials' in stored
        ? stored.credentials.sid
        : 'none: the secret does not have the documented format';
    terminal.stderr.write(
      `${name} exists in ${secrets.region}.\n  current SID  ${currentSid}\n  new SID      ${sid}\n`,
    );
  }
  if (exists && !replace) await confirmReplacement(context);

  const apiKey = await readApiKey(context, tenantId);
  for (const { secrets, stored } of targets) {
    if (stored) await secrets.update(tenantId, { sid, apiKey });
    else await secrets.create(tenantId, { sid, apiKey }, kmsKeyId);
    const done = stored ? 'Replaced' : 'Created';
    terminal.stdout.write(`${done} ${secrets.getName(tenantId)} in ${secrets.region}.\n`);
  }
  if (exists)
    terminal.stdout.write('Keep the previous key active until the function has read the new one.\n');
  return 0;
};

/** Does not show what is typed, because it may be the key. */
const confirmReplacement = async ({ prompt, terminal }: ToolContext): Promise<void> => {
  if (!prompt) {
    throw new Error('The secret exists. Pass --replace to overwrite it. Nothing was changed.');
  }
  const isConfirmed = /^y(es)?$/i.test((await prompt.ask('Replace it? Type y or n: ')).trim());
  terminal.stderr.write(isConfirmed ? 'yes\n' : 'no\n');
  if (!isConfirmed) throw new Error('Nothing was changed.');
};

/** In characters. Longer than any API key. */
const maxInput = 4096;

/** @throws Error that does not contain the key */
const readApiKey = async ({ prompt, terminal }: ToolContext, tenantId: string): Promise<string> => {
  const apiKey = prompt
    ? await prompt.ask(`API key of ${tenantId} (not shown): `)
    : await readPipedKey(terminal.stdin);
  if (apiKey === '') throw new Error('No API key was entered. Nothing was changed.');
  if (isJsonDocument(apiKey)) {
    throw new Error(
      'The input is a JSON document. Enter only the API key, for example: jq -r .apiKey secret.json | ' +
        'npm run tenant -- put <tenant_id> --sid <SID>. Nothing was changed.',
    );
  }
  if (isApiKey(apiKey)) return apiKey;
  const foreign = nameForeignCharacter(apiKey);
  throw new Error(
    `The input is not an API key${foreign ? `: it contains ${foreign}` : ''}. A key is one line of at most 512 characters ` +
      'of printable ASCII without spaces. Nothing was changed.',
  );
};

const readPipedKey = async (stdin: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > maxInput) {
      throw new Error(`stdin contains more than ${maxInput} characters. Nothing was changed.`);
    }
  }
  return text.replace(/\r?\n$/, '');
};

/** An object, a list or a quoted string. A key may consist of digits, which are JSON too. */
const isJsonDocument = (text: string): boolean => {
  try {
    return /^[[{"]/.test(text.trim()) && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
};
