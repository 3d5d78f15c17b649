/** Kinds of values that only options have: structures that a command line passes as text. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import { arn, listOf, text, type ValueKind, yesOrNo } from '../values/value-kinds.ts';

type Dictionary<T> = Readonly<Record<string, T>>;

const isObject = (value: unknown): value is Dictionary<unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ids = ['00000000-0000-0000-0000-000000000000', '11111111-1111-1111-1111-111111111111'] as const;
const withIds = (type: string) => ids.map((id) => `${type}/${id}`);

export const keyArn = arn("a KMS key in the stack's region", 'kms', 'key/[A-Za-z0-9-]+', ...withIds('key'));
export const certificateArn = arn(
  "an ACM certificate in the stack's region",
  'acm',
  'certificate/[A-Za-z0-9-]+',
  ...withIds('certificate'),
);
export const topicArn = arn("an SNS topic in the stack's region", 'sns', '[A-Za-z0-9_-]+', 'alarms', 'other');
const eventBus = arn('an event bus', 'events', 'event-bus/[\\w./-]{1,256}', 'event-bus/verification');

export const stageName = text(
  '1-20 characters from a-z 0-9 -, starting with a letter',
  /^[a-z][a-z0-9-]{0,19}$/,
  'staging',
);

export const retentionDays = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
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

const regionNames = RegionInfo.regions.map(({ name }) => name);
const listOfRegions = listOf(
  text('an AWS region', (value) => regionNames.includes(value)),
  'comma-separated AWS regions without duplicates, such as ap-south-1,eu-west-1',
);

/** The options of each region, which take precedence over the options of all regions. */
export const regionsWithOptions: ValueKind<Dictionary<Dictionary<unknown>>> = {
  accepts: `${listOfRegions.accepts}, or an object whose keys are regions and whose values are the options of that region`,
  examples: ['eu-west-1', 'ap-south-1,eu-west-1'],
  read: (value) => {
    const given = parseJsonObject(value);
    if (!isObject(given)) {
      const regions = listOfRegions.read(given);
      return regions && Object.fromEntries(regions.map((region) => [region, {}]));
    }
    const isValid = listOfRegions.read(Object.keys(given)) && Object.values(given).every(isObject);
    return isValid ? (given as Dictionary<Dictionary<unknown>>) : undefined;
  },
};

const exampleRole = 'arn:aws:iam::111122223333:role/backend';
export const listOfRoles = listOf(
  text(
    'the ARN of an IAM role',
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=.@/-]{1,512}$/,
    exampleRole,
    `${exampleRole}2`,
  ),
  `the ARNs of one or more IAM roles, separated by commas, such as ${exampleRole}`,
);

const parsePairs = (value: string): Record<string, string[]> => {
  const roles: Record<string, string[]> = {};
  for (const pair of value.split(',')) {
    const [tenantId = '', ...role] = pair.trim().split('=');
    roles[tenantId] = [...(roles[tenantId] ?? []), role.join('=')];
  }
  return roles;
};

export const rolesByTenant: ValueKind<Dictionary<readonly string[]>> = {
  accepts: `pairs of a tenant id and the ARN of an IAM role, separated by commas, such as acme=${exampleRole}, or an object whose keys are tenant ids`,
  examples: [`acme=${exampleRole}`, `acme=${exampleRole},globex=${exampleRole}`],
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

const listOfAlarms = listOf(text('the name of an alarm', /^[A-Z][A-Za-z0-9]+$/, 'Latency', 'Throttles'), '');

export const alarmSelection: ValueKind<boolean | { readonly except: readonly string[] }> = {
  accepts: 'true, false, or the comma-separated names of alarms to leave out',
  examples: ['false', ...listOfAlarms.examples],
  read: (value) => {
    const except = listOfAlarms.read(value);
    return yesOrNo.read(value) ?? (except && { except });
  },
};

export const trueOrEventBus: ValueKind<boolean | string> = {
  accepts: `true for the account's default bus, false, or ${eventBus.accepts}`,
  examples: ['true', ...eventBus.examples],
  read: (value) => yesOrNo.read(value) ?? eventBus.read(value),
};
