import { RegionInfo } from 'aws-cdk-lib/region-info';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import { optional, withDefault } from './define-option.ts';
import { listOf, type OptionType, text, yesOrNo } from './option-types.ts';

/** Options of one region, which take precedence over the options of all regions. */
export type RegionOptions = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const regionNames = RegionInfo.regions.map(({ name }) => name);
const listOfRegions = listOf(
  text('an AWS region', (value) => regionNames.includes(value)),
  'comma-separated AWS regions without duplicates, such as ap-south-1,eu-west-1',
);

/** Parses text that is a JSON object, and returns any other value as it is. */
const parseJsonObject = (value: unknown): unknown => {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const regionsWithOptions: OptionType<Readonly<Record<string, RegionOptions>>> = {
  accepts: `${listOfRegions.accepts}, or an object whose keys are regions and whose values are the options of that region`,
  typeScript: 'object',
  read: (value) => {
    const given = parseJsonObject(value);
    if (isObject(given)) {
      const entries = Object.entries(given).filter((entry): entry is [string, RegionOptions] =>
        isObject(entry[1]),
      );
      const isValid = listOfRegions.read(Object.keys(given)) && entries.length === Object.keys(given).length;
      return isValid ? Object.fromEntries(entries) : undefined;
    }
    const regions = listOfRegions.read(given);
    return regions && Object.fromEntries(regions.map((region) => [region, {}]));
  },
};

const exampleRole = 'arn:aws:iam::111122223333:role/backend';
const listOfRoles = listOf(
  text('the ARN of an IAM role', /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=.@/-]{1,512}$/),
  `the ARNs of one or more IAM roles, separated by commas, such as ${exampleRole}`,
);

const parsePairs = (value: string): Record<string, string[]> => {
  const roles: Record<string, string[]> = {};
  for (const pair of value.split(',')) {
    const [tenantId = '', ...arn] = pair.trim().split('=');
    roles[tenantId] = [...(roles[tenantId] ?? []), arn.join('=')];
  }
  return roles;
};

const rolesByTenant: OptionType<Readonly<Record<string, readonly string[]>>> = {
  accepts: `pairs of a tenant id and the ARN of an IAM role, separated by commas, such as acme=${exampleRole}, or an object whose keys are tenant ids`,
  typeScript: 'object',
  read: (value) => {
    const object = parseJsonObject(value);
    const given = typeof object === 'string' ? parsePairs(object) : object;
    if (!isObject(given)) return undefined;
    const read = Object.entries(given).flatMap(([tenantId, arns]) => {
      const roles = fields.tenant_id.pattern.test(tenantId) ? listOfRoles.read(arns) : undefined;
      return roles ? [[tenantId, roles] as const] : [];
    });
    return read.length > 0 && read.length === Object.keys(given).length
      ? Object.fromEntries(read)
      : undefined;
  },
};

/** The default of `secretPrefix` with a stage. Stages are separate deployments, so they do not share secrets. */
export const getStageSecretPrefix = (stage: string): string => `kaleyra-${stage}/`;

/** The options of `npx cdk deploy` that are not props of the construct. */
export const deploymentOptionTable = {
  regions: optional(
    regionsWithOptions,
    "the CLI's current region",
    'The regions to deploy to, one stack in each (`cdk deploy --all`); an object sets options for each region',
  ),
  stage: optional(
    text('1-20 characters from a-z 0-9 -, starting with a letter', /^[a-z][a-z0-9-]{0,19}$/),
    'none',
    'Becomes part of the names of stacks and alarms, so that several stages can run in one account; with a stage, ' +
      `\`secretPrefix\` is \`${getStageSecretPrefix('<stage>')}\` by default`,
  ),
  passwordWorkflow: withDefault(
    yesOrNo,
    false,
    'Whether to deploy a second stack: a workflow that waits for the password, verifies, and asks again. ' +
      'Deploy both with `npx cdk deploy --all`',
  ),
  terminationProtection: withDefault(yesOrNo, false, 'Whether the stacks are protected against deletion'),
  verifyRoleArns: optional(
    rolesByTenant,
    'none',
    'Roles that may verify numbers of one tenant over HTTP (only with `authorization=iam`)',
  ),
  invokeRoleArns: optional(
    listOfRoles,
    'none',
    'Roles that may invoke the function directly, for all tenants',
  ),
  answerRoleArns: optional(
    listOfRoles,
    'none',
    'With `passwordWorkflow`: roles that may read the password requests and respond to them',
  ),
} as const;
