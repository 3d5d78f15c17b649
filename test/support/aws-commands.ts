/**
 * Runs a document's shell commands with a stand-in for the AWS CLI, and checks what it was called with. The models are
 * those of the AWS SDK: of an installed client, or of a client that is part of the CDK's CLI.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Run, run } from './run.ts';

const modules = join(import.meta.dirname, '../../node_modules');

/** The blocks of shell commands in a document. */
export const listShellBlocks = (markdown: string): string[] =>
  [...markdown.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, commands = '']) => commands);

/** Ends each argument of a call. */
const separator = '\x1f';

/** Each call is a line in stderr. A call of `aws` prints `$OUTPUT_<operation>`, or `found`. */
const standIn = `
record() { printf '%s\\x1f' "$@" >&2; echo >&2; }
aws() { record aws "$@"; local name="OUTPUT_\${2//-/_}"; echo "\${!name:-found}"; }
npm() { record npm "$@"; }
npx() { record npx "$@"; }
`;

/** Runs commands in one shell, and returns the calls of `aws`, `npm` and `npx` in turn. */
export const recordCalls = async (
  commands: string,
  environment: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<Run & { readonly calls: readonly string[][] }> => {
  const result = await run('bash', ['-c', `set -eu\n${standIn}\n${commands}`], environment, folder);
  const lines = result.stderr.split('\n').filter((line) => line.endsWith(separator));
  return { ...result, calls: lines.map((line) => line.split(separator).slice(0, -1)) };
};

/** Names of the CLI that are not those of the SDK's client. */
const clients: Readonly<Record<string, string>> = {
  deploy: 'codedeploy',
  logs: 'cloudwatch-logs',
  secretsmanager: 'secrets-manager',
  stepfunctions: 'sfn',
};
const optionsOfTheCli = ['query', 'output', 'maxitems', 'region'];
/** \`output\` is an option of the CLI itself. */
const renamed: Readonly<Record<string, string>> = { taskoutput: 'output' };

const models = new Map<string, string>();

const getModel = (service: string): string => {
  const known = models.get(service) ?? readModel(service);
  models.set(service, known);
  return known;
};

const readModel = (service: string): string => {
  const path = `node_modules/@aws-sdk/client-${clients[service] ?? service}/dist-cjs/index.js`;
  const installed = join(modules, '..', path);
  if (existsSync(installed)) return readFileSync(installed, 'utf8');
  const bundle = readFileSync(join(modules, 'aws-cdk/lib/index.js'), 'utf8');
  const [, found] = bundle.split(`"../../${path}"`);
  if (found === undefined) throw new Error(`There is no model of aws ${service}.`);
  return found.slice(0, found.indexOf('"../../node_modules/'));
};

/** The fields of an operation's input, of which the first ones are required. */
const readFields = (service: string, operation: string) => {
  const model = getModel(service);
  const name = operation.replace(/(?:^|-)(\w)/g, (_match, letter) => letter.toUpperCase());
  const find = (pattern: string) => new RegExp(pattern).exec(model)?.[1];
  const input = find(`\\b${name}\\$ = \\[\\s*9,[^;]*?\\(\\) => (\\w+)\\$`);
  const [, names = '', required = '0'] =
    new RegExp(
      `\\b${input}\\$ = \\[\\s*3,[^;]*?\\[((?:\\s*_\\w+,?)*)\\s*\\],[^;]*?\\](?:,\\s*(\\d+))?\\s*\\]`,
    ).exec(model) ?? [];
  if (!input) throw new Error(`There is no command aws ${service} ${operation}.`);
  const fields = [...names.matchAll(/_\w+/g)].map(([constant]) =>
    String(find(`\\b\\${constant} = "([^"]+)"`)).toLowerCase(),
  );
  return { fields, required: fields.slice(0, Number(required)) };
};

/** Returns what is wrong with a call of the AWS CLI according to the operation's model, or ''. */
export const checkAwsCall = ([_aws, service = '', operation = '', ...options]: readonly string[]): string => {
  const { fields, required } = readFields(service, operation);
  const given = options
    .filter((option) => option.startsWith('--'))
    .map((option) => option.slice(2).replaceAll('-', ''))
    .map((option) => renamed[option] ?? option)
    .map((option) => (fields.includes(option) ? option : option.replace(/^no/, '')));
  const unknown = given.filter((option) => !fields.includes(option) && !optionsOfTheCli.includes(option));
  const missing = required.filter((field) => !given.includes(field));
  return [...unknown.map((name) => `unknown: ${name}`), ...missing.map((name) => `missing: ${name}`)].join();
};
