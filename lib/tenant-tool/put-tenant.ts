import { isApiKey } from '../../functions/verify-number/tenants/secret.ts';
import type { CommandOf } from './command-line.ts';
import type { StoredSecret, TenantSecrets } from './tenant-secrets.ts';
import type { ToolContext } from './tool-context.ts';

/** Writes one tenant's secret in each region. */
export const putTenant = async (
  { tenantId, sid, kmsKeyId, replace }: CommandOf<'put'>,
  context: ToolContext,
): Promise<0> => {
  const { regions, terminal } = context;
  const stored = await Promise.all(
    regions.map(async (secrets) => ({ secrets, secret: await secrets.find(tenantId) })),
  );
  const existing = stored.filter((one): one is Existing => one.secret !== undefined);
  if (existing.length > 0) {
    if (kmsKeyId !== undefined) throw createKmsKeyError(existing[0] as Existing, tenantId);
    for (const one of existing) terminal.stderr.write(describeChange(one, tenantId, sid));
    if (!replace) await confirmReplacement(context);
  }

  const apiKey = await readApiKey(context, tenantId);
  for (const { secrets, secret } of stored) {
    const name = `${secrets.name(tenantId)} in ${secrets.region}`;
    if (secret) await secrets.update(tenantId, { sid, apiKey });
    else await secrets.create(tenantId, { sid, apiKey }, kmsKeyId);
    terminal.stdout.write(`${secret ? 'Replaced' : 'Created'} ${name}.\n`);
  }
  if (existing.length > 0) {
    terminal.stdout.write('Keep the previous key active until the function has read the new one.\n');
  }
  return 0;
};

interface Existing {
  readonly secrets: TenantSecrets;
  readonly secret: StoredSecret;
}

const createKmsKeyError = ({ secrets }: Existing, tenantId: string): Error =>
  new Error(
    `${secrets.name(tenantId)} exists in ${secrets.region}, and --kms-key-id is for new secrets. Change its key with ` +
      `aws secretsmanager update-secret --secret-id ${secrets.name(tenantId)} --kms-key-id <id>.`,
  );

const describeChange = ({ secrets, secret }: Existing, tenantId: string, newSid: string): string => {
  const currentSid = secret.credentials?.sid ?? 'none: the secret does not have the documented format';
  return `${secrets.name(tenantId)} exists in ${secrets.region}.\n  current SID  ${currentSid}\n  new SID      ${newSid}\n`;
};

/** Does not show what is typed, because it may be the key. */
const confirmReplacement = async ({ keyboard, terminal }: ToolContext): Promise<void> => {
  if (!keyboard) {
    throw new Error('The secret exists. Pass --replace to overwrite it. Nothing was changed.');
  }
  const confirmed = /^y(es)?$/i.test((await keyboard.ask('Replace it? Type y or n: ')).trim());
  terminal.stderr.write(confirmed ? 'yes\n' : 'no\n');
  if (!confirmed) throw new Error('Nothing was changed.');
};

/** In characters. Longer than any API key. */
const maxInput = 4096;

/** @throws Error that does not contain the key */
const readApiKey = async ({ keyboard, terminal }: ToolContext, tenantId: string): Promise<string> => {
  const apiKey = keyboard
    ? await keyboard.ask(`API key of ${tenantId} (not shown): `)
    : await readPipedKey(terminal.stdin);
  if (apiKey === '') throw new Error('No API key was entered. Nothing was changed.');
  if (isJsonDocument(apiKey)) {
    throw new Error(
      'The input is a JSON document. Enter only the API key, for example: jq -r .apiKey secret.json | ' +
        'npm run tenant -- put <tenant_id> --sid <SID>. Nothing was changed.',
    );
  }
  if (isApiKey(apiKey)) return apiKey;
  throw new Error(
    'The input is not an API key. It must be one line of printable ASCII without spaces. Nothing was changed.',
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
