import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import {
  defaultSecretPrefix,
  isSecretPrefix,
  secretPrefixAccepts,
} from '../../functions/verify-number/config.ts';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import { isPod, type Pod, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { isSid } from '../../functions/verify-number/tenants/secret.ts';

/** Where the tool works, whatever it does. */
interface Place {
  /** Put before a tenant id to name its secret. */
  readonly prefix: string;
  /** Absent: the one that the SDK finds. */
  readonly region: string | undefined;
}

export type ToolCommand = Place &
  (
    | {
        readonly command: 'put';
        readonly tenantId: string;
        readonly sid: string;
        readonly kmsKeyId: string | undefined;
      }
    | { readonly command: 'list' }
    | {
        readonly command: 'check';
        readonly tenantId: string;
        readonly probe: boolean;
        readonly pod: Pod | undefined;
      }
    | {
        readonly command: 'remove';
        readonly tenantId: string;
        readonly yes: boolean;
        readonly force: boolean;
      }
  );

const commandOptions = {
  put: { sid: { type: 'string' }, 'kms-key-id': { type: 'string' } },
  list: {},
  check: { probe: { type: 'boolean' }, pod: { type: 'string' } },
  remove: { yes: { type: 'boolean' }, force: { type: 'boolean' } },
} as const satisfies Record<ToolCommand['command'], ParseArgsOptionsConfig>;

const anyOptions = {
  prefix: { type: 'string', default: defaultSecretPrefix },
  region: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

const allOptions = {
  ...anyOptions,
  ...commandOptions.put,
  ...commandOptions.check,
  ...commandOptions.remove,
};

const seeHelp = 'See npm run tenant -- --help.';

/**
 * Reads the command line, or finds that help is wanted.
 * @throws Error, one sentence or two, that repeats no value: one may be a key
 */
export const readCommandLine = (args: readonly string[]): ToolCommand | 'help' => {
  if (args.some((arg) => /^--?(api[-_]?)?key(=|$)/i.test(arg))) throw new Error(keyOnCommandLine);
  const { values, positionals } = parse(args);
  if (values.help) return 'help';

  const [command, tenantId, ...others] = positionals;
  if (!isCommand(command)) throw new Error(`Name a command: put, list, check or remove. ${seeHelp}`);
  const known = [...Object.keys(anyOptions), ...Object.keys(commandOptions[command])];
  const foreign = Object.keys(values).find((name) => !known.includes(name));
  if (foreign) throw new Error(`${command} takes no --${foreign}. ${seeHelp}`);
  const {
    prefix,
    region,
    sid,
    'kms-key-id': kmsKeyId,
    probe = false,
    pod,
    yes = false,
    force = false,
  } = values;
  if (!isSecretPrefix(prefix)) {
    throw new Error(`--prefix must be ${secretPrefixAccepts}`);
  }
  const place: Place = { prefix, region };

  if (command === 'list') {
    if (tenantId !== undefined) throw new Error(`list takes no tenant. ${seeHelp}`);
    return { ...place, command };
  }
  if (tenantId === undefined)
    throw new Error(`${command} needs a tenant: ${command} <tenant_id>. ${seeHelp}`);
  if (others.length > 0) throw new Error(`${command} takes one tenant, and no more. ${keyOnCommandLine}`);
  if (!fields.tenant_id.pattern.test(tenantId)) {
    throw new Error(`The tenant's id ${fields.tenant_id.accepts}.`);
  }
  switch (command) {
    case 'put':
      if (!isSid(sid)) throw new Error("put needs the account's SID, letters and digits: --sid <SID>.");
      return { ...place, command, tenantId, sid, kmsKeyId };
    case 'check':
      if (pod !== undefined && !isPod(pod)) throw new Error(`--pod must be one of ${pods.join(', ')}.`);
      if (pod !== undefined && !probe) throw new Error('--pod goes with --probe.');
      return { ...place, command, tenantId, probe, pod };
    case 'remove':
      return { ...place, command, tenantId, yes, force };
  }
};

const keyOnCommandLine =
  'An API key is never taken from the command line, which shells and process lists keep: type it when asked, or pipe ' +
  'it in. If you just gave a real one, it is better replaced.';

const isCommand = (value: unknown): value is ToolCommand['command'] =>
  typeof value === 'string' && Object.hasOwn(commandOptions, value);

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: allOptions, allowPositionals: true });
  } catch (error) {
    // Node names the option, and no value.
    const [sentence] = (error as Error).message.split(/[.\n]/);
    throw new Error(`${sentence}. ${seeHelp}`);
  }
};

export const helpText = `Usage: npm run tenant -- <command> [options]

Looks after tenants' secrets: their Kaleyra SIDs and API keys in AWS Secrets Manager.

Commands
  put <tenant_id> --sid <SID>  Write a tenant's secret, new or not. The API key is asked for and not shown, or read
                               from stdin: put acme --sid HXAP16XXXXXX97IN < key.txt
      --kms-key-id <id>        The customer-managed KMS key of a new secret.
  list                         List the tenants.
  check <tenant_id>            Read a tenant's secret back and say whether it has the right form.
      --probe                  Then ask the real Kaleyra if it takes SID and key, by a request that can verify nothing.
      --pod <${pods.join('|')}>      The account's pod, where it is not the region's.
  remove <tenant_id>           Delete a tenant's secret. It can be restored for 30 days.
      --yes                    Do not ask.
      --force                  Delete it for good, at once.

Options
  --prefix <prefix>            What comes before the tenant's id in the secret's name (kaleyra/).
  --region <region>            The AWS region, where it is not the configured one.
  --help                       Print this.

Credentials, region and endpoint come as to the AWS CLI: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL,
AWS_ENDPOINT_URL_SECRETS_MANAGER and so on. For the sandbox:
  AWS_ENDPOINT_URL=http://127.0.0.1:3002 AWS_REGION=ap-south-1 AWS_ACCESS_KEY_ID=fake AWS_SECRET_ACCESS_KEY=fake
`;
