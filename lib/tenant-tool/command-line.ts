/** The command line of the tenant tool. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import {
  defaultSecretPrefix,
  isSecretPrefix,
  secretPrefixAccepts,
} from '../../functions/verify-number/config.ts';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import { isPod, type Pod, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { isSid } from '../../functions/verify-number/tenants/secret.ts';
import { findNearName } from '../options/edit-distance.ts';

/** What each command takes besides the common options. */
const commands = {
  put: { operand: '<tenant_id>', options: ['sid', 'kms-key-id', 'replace'] },
  import: { operand: '<file>', options: ['kms-key-id', 'replace'] },
  list: { operand: undefined, options: ['json'] },
  check: { operand: '<tenant_id>', options: ['all', 'probe', 'pod'] },
  remove: { operand: '<tenant_id>', options: ['yes', 'force'] },
} as const;

export const options = {
  prefix: { type: 'string', default: defaultSecretPrefix },
  region: { type: 'string', multiple: true, default: [] },
  help: { type: 'boolean', short: 'h', default: false },
  sid: { type: 'string', default: '' },
  'kms-key-id': { type: 'string' },
  replace: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  probe: { type: 'boolean', default: false },
  pod: { type: 'string' },
  yes: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

const commonOptions: readonly string[] = ['prefix', 'region', 'help'];

/** A command with its options. Options that it does not take have their defaults. */
export interface ToolCommand {
  readonly name: keyof typeof commands;
  /** The tenant id, or the file of `import`. Empty for `list` and `check --all`. */
  readonly operand: string;
  /** Prefix of a secret's name, followed by the tenant id. */
  readonly prefix: string;
  /** Empty: the region that the SDK finds. */
  readonly regions: readonly string[];
  readonly sid: string;
  readonly kmsKeyId: string | undefined;
  readonly replace: boolean;
  readonly json: boolean;
  readonly probe: boolean;
  /** Absent: by region. */
  readonly pod: Pod | undefined;
  readonly yes: boolean;
  readonly force: boolean;
}

/** Whether a value is the id of a tenant of yours. The stack owns the secret of the reserved tenant. */
export const isTenantId = (value: unknown): value is string =>
  typeof value === 'string' && fields.tenant_id.pattern.test(value) && value !== releaseCheckTenantId;

/** Completes "The tenant id …". */
export const tenantIdRule = `${fields.tenant_id.accepts}, and not ${releaseCheckTenantId}, which is reserved`;

const seeHelp = 'See npm run tenant -- --help.';

const keyOnCommandLine =
  'The tool never takes an API key from the command line, which shells and process lists keep. Type the key when the ' +
  'tool asks for it, or pipe it in. If you just passed a real key, create a new one and disable it.';

/**
 * Parses the command line.
 * @throws Error of one line. It repeats nothing that was typed, because that may be a key.
 */
export const parseCommandLine = (args: readonly string[]): ToolCommand | 'help' => {
  if (args.some((arg) => /^--?(api[-_]?)?key(=|$)/i.test(arg))) throw new Error(keyOnCommandLine);
  const { values, positionals, tokens } = parse(args);
  if (values.help) return 'help';

  const [name = '', operand = '', ...others] = positionals;
  if (!isCommandName(name)) throw new Error(describeUnknownCommand(name));
  const command = commands[name];
  const known = [...commonOptions, ...command.options];
  const foreign = tokens.find((token) => token.kind === 'option' && !known.includes(token.name));
  if (foreign?.kind === 'option') throw new Error(`${name} takes no --${foreign.name}. ${seeHelp}`);
  if (others.length > 0) throw new Error(`${name} takes one argument at most. ${keyOnCommandLine}`);
  if (!isSecretPrefix(values.prefix)) throw new Error(`--prefix must be ${secretPrefixAccepts}`);

  const { all, pod, 'kms-key-id': kmsKeyId } = values;
  if (operand !== '' && command.operand === undefined) throw new Error(`${name} takes no tenant. ${seeHelp}`);
  if (operand !== '' && all) throw new Error(`${name} takes a tenant or --all, not both.`);
  if (operand === '' && command.operand !== undefined && !all) {
    throw new Error(`${name} needs ${command.operand}. ${seeHelp}`);
  }
  if (command.operand === '<tenant_id>' && !all && !isTenantId(operand)) {
    throw new Error(`The tenant id ${tenantIdRule}.`);
  }
  if (name === 'put' && !isSid(values.sid)) {
    throw new Error("put needs the account's SID, letters and digits: --sid <SID>.");
  }
  if (pod !== undefined && !isPod(pod)) throw new Error(`--pod must be one of ${pods.join(', ')}.`);
  if (pod !== undefined && !values.probe) throw new Error('--pod needs --probe.');
  return { ...values, name, operand, kmsKeyId, pod, regions: parseRegions(values.region) };
};

const isCommandName = (name: string): name is ToolCommand['name'] => Object.hasOwn(commands, name);

const describeUnknownCommand = (name: string): string => {
  const names = Object.keys(commands);
  return `The first argument must be a command: ${names.join(', ')}.${suggest(name, names)} ${seeHelp}`;
};

const suggest = (name: string, known: readonly string[]): string => {
  const near = findNearName(name, known);
  return near === undefined ? '' : ` Did you mean ${near}?`;
};

const parseRegions = (values: readonly string[]): readonly string[] => {
  const regions = values.flatMap((value) => value.split(',')).map((region) => region.trim());
  if (regions.every((region) => /^[a-z]{2,}(-[a-z]+)+-\d$/.test(region))) return [...new Set(regions)];
  throw new Error('--region must be one or several AWS regions, such as ap-south-1,eu-west-1.');
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [sentence = ''] = message.split(/[.\n]/);
    // Node's sentence repeats an unknown option, and otherwise only the name of a known one.
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new Error(`${sentence}. ${seeHelp}`);
    const name = /'-*([^'= ]*)/.exec(sentence)?.[1] ?? '';
    throw new Error(`There is an unknown option.${suggest(name, Object.keys(options))} ${seeHelp}`);
  }
};
