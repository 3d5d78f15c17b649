import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import {
  defaultSecretPrefix,
  isSecretPrefix,
  secretPrefixAccepts,
} from '../../functions/verify-number/config.ts';
import { isPod, type Pod, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { isSid } from '../../functions/verify-number/tenants/secret.ts';
import { findNearName } from '../options/edit-distance.ts';
import { isTenantId, tenantIdRule } from './tenant-id.ts';

interface Place {
  /** Prefix of a secret's name, followed by the tenant id. */
  readonly prefix: string;
  /** Empty: the region that the SDK finds. */
  readonly regions: readonly string[];
}

interface Probe {
  readonly probe: boolean;
  /** Absent: by region. */
  readonly pod: Pod | undefined;
}

/** How secrets are written. */
interface Writing {
  readonly kmsKeyId: string | undefined;
  /** Whether to overwrite secrets without confirmation. */
  readonly replace: boolean;
}

export type ToolCommand = Place &
  (
    | ({ readonly command: 'put'; readonly tenantId: string; readonly sid: string } & Writing)
    | ({ readonly command: 'import'; readonly file: string } & Writing)
    | { readonly command: 'list'; readonly json: boolean }
    | ({ readonly command: 'check'; readonly tenantId: string } & Probe)
    | ({ readonly command: 'check-all' } & Probe)
    | {
        readonly command: 'remove';
        readonly tenantId: string;
        readonly yes: boolean;
        readonly force: boolean;
      }
  );

export type CommandOf<Name extends ToolCommand['command']> = Extract<ToolCommand, { command: Name }>;

/** The commands as typed, with their options. */
const commandOptions = {
  put: { sid: { type: 'string' }, 'kms-key-id': { type: 'string' }, replace: { type: 'boolean' } },
  import: { 'kms-key-id': { type: 'string' }, replace: { type: 'boolean' } },
  list: { json: { type: 'boolean' } },
  check: { all: { type: 'boolean' }, probe: { type: 'boolean' }, pod: { type: 'string' } },
  remove: { yes: { type: 'boolean' }, force: { type: 'boolean' } },
} as const satisfies Record<string, ParseArgsOptionsConfig>;

type CommandName = keyof typeof commandOptions;
const commandNames = Object.keys(commandOptions) as readonly CommandName[];

const anyOptions = {
  prefix: { type: 'string', default: defaultSecretPrefix },
  region: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

const allOptions = {
  ...anyOptions,
  ...commandOptions.put,
  ...commandOptions.import,
  ...commandOptions.list,
  ...commandOptions.check,
  ...commandOptions.remove,
};

const seeHelp = 'See npm run tenant -- --help.';

/**
 * Parses the command line.
 * @throws Error of one line. It repeats no value, because a value may be a key.
 */
export const parseCommandLine = (args: readonly string[]): ToolCommand | 'help' => {
  if (args.some((arg) => /^--?(api[-_]?)?key(=|$)/i.test(arg))) throw new Error(keyOnCommandLine);
  const { values, positionals } = parse(args);
  if (values.help) return 'help';

  const [name, operand, ...others] = positionals;
  if (!isCommandName(name)) throw new Error(describeUnknownCommand(name));
  const known = [...Object.keys(anyOptions), ...Object.keys(commandOptions[name])];
  const foreign = Object.keys(values).find((option) => !known.includes(option));
  if (foreign) throw new Error(`${name} takes no --${foreign}. ${seeHelp}`);
  if (others.length > 0) throw new Error(`${name} takes one argument at most. ${keyOnCommandLine}`);
  if (!isSecretPrefix(values.prefix)) throw new Error(`--prefix must be ${secretPrefixAccepts}`);

  const place: Place = { prefix: values.prefix, regions: parseRegions(values.region ?? []) };
  const writing: Writing = { kmsKeyId: values['kms-key-id'], replace: values.replace ?? false };
  const { sid, pod, all = false, probe = false, json = false, yes = false, force = false } = values;
  switch (name) {
    case 'put': {
      const tenantId = parseTenantId(name, operand);
      if (!isSid(sid)) throw new Error("put needs the account's SID, letters and digits: --sid <SID>.");
      return { ...place, ...writing, command: name, tenantId, sid };
    }
    case 'import':
      if (operand === undefined) throw new Error(`import needs a file: import <file>. ${seeHelp}`);
      return { ...place, ...writing, command: name, file: operand };
    case 'list':
      if (operand !== undefined) throw new Error(`list takes no tenant. ${seeHelp}`);
      return { ...place, command: name, json };
    case 'check': {
      if (pod !== undefined && !isPod(pod)) throw new Error(`--pod must be one of ${pods.join(', ')}.`);
      if (pod !== undefined && !probe) throw new Error('--pod needs --probe.');
      if (!all) return { ...place, command: name, tenantId: parseTenantId(name, operand), probe, pod };
      if (operand !== undefined) throw new Error('check takes a tenant or --all, not both.');
      return { ...place, command: 'check-all', probe, pod };
    }
    case 'remove':
      return { ...place, command: name, tenantId: parseTenantId(name, operand), yes, force };
  }
};

const keyOnCommandLine =
  'The tool never takes an API key from the command line, which shells and process lists keep. Type the key when the ' +
  'tool asks for it, or pipe it in. If you just passed a real key, create a new one and disable it.';

const isCommandName = (value: unknown): value is CommandName =>
  typeof value === 'string' && Object.hasOwn(commandOptions, value);

const describeUnknownCommand = (name: string | undefined): string => {
  const near = name === undefined ? undefined : findNearName(name, commandNames);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return `The first argument must be a command: ${commandNames.join(', ')}.${hint} ${seeHelp}`;
};

const parseTenantId = (command: CommandName, value: string | undefined): string => {
  if (value === undefined) throw new Error(`${command} needs a tenant: ${command} <tenant_id>. ${seeHelp}`);
  if (isTenantId(value)) return value;
  throw new Error(`The tenant id ${tenantIdRule}.`);
};

const parseRegions = (values: readonly string[]): readonly string[] => {
  const regions = values.flatMap((value) => value.split(',')).map((region) => region.trim());
  if (regions.every((region) => /^[a-z]{2,}(-[a-z]+)+-\d$/.test(region))) return [...new Set(regions)];
  throw new Error('--region must be one or several AWS regions, such as ap-south-1,eu-west-1.');
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: allOptions, allowPositionals: true });
  } catch (error) {
    // Node's message contains the option's name but not its value.
    const [sentence] = (error as Error).message.split(/[.\n]/);
    throw new Error(`${sentence}. ${seeHelp}`);
  }
};
