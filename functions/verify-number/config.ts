/** The function's configuration, read from its environment. No variable can set the host that receives an API key. */
import { type AttemptsConfig, defaultOnFailure, onFailures } from './attempts/limits.ts';
import { kaleyraTimeoutLimits } from './core/time-budget.ts';
import { getDefaultPod, isPod, type Pod, pods } from './kaleyra/pods.ts';

export interface Config {
  /** Precedes a tenant id in the name of its secret. Ends with `/`. */
  readonly secretPrefix: string;
  /** How long credentials are used before they are read again, in milliseconds. */
  readonly secretTtlMs: number;
  readonly pod: Pod;
  /** Maximum duration of all calls to Kaleyra for one request, in milliseconds. */
  readonly kaleyraTimeoutMs: number;
  /** The JWT claim that lists the caller's tenants. Absent: the API has no JWT authorizer. */
  readonly tenantClaim?: string;
  /** The URL of a page that explains each failure code. Absent: problem types are URNs. */
  readonly problemTypeBase?: string;
  /** Absent: attempts are not counted. */
  readonly attempts?: AttemptsConfig;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Limits that the deployment options and the function's environment share. */
export const limits = {
  secretTtlSeconds: { min: 1, max: 3600, default: 300 },
  kaleyraTimeoutMs: kaleyraTimeoutLimits,
  tenantRequestsPerMinute: { min: 1, max: 1000, default: 60 },
} as const;

/** The names of the function's environment variables. */
export const variables = {
  secretPrefix: 'SECRET_PREFIX',
  secretTtlSeconds: 'SECRET_TTL_SECONDS',
  kaleyraPod: 'KALEYRA_POD',
  kaleyraTimeoutMs: 'KALEYRA_TIMEOUT_MS',
  tenantClaim: 'TENANT_CLAIM',
  problemTypeBase: 'PROBLEM_TYPE_BASE',
  attemptsTable: 'ATTEMPTS_TABLE',
  attemptsOnFailure: 'ATTEMPTS_ON_FAILURE',
  tenantRequestsPerMinute: 'TENANT_REQUESTS_PER_MINUTE',
} as const;

export const defaultSecretPrefix = 'kaleyra/';
export const secretPrefixAccepts = '1-256 characters from A-Z a-z 0-9 / _ + = . @ - that end with /';
/** What Secrets Manager allows in a secret's name, short enough for a tenant id of 64 characters after it. */
export const isSecretPrefix = (value: string): boolean => /^[A-Za-z0-9/_+=.@-]{0,255}\/$/.test(value);

export const problemTypeBaseAccepts = 'an https URL without a fragment, or an http URL on loopback';
export const isProblemTypeBase = (value: string): boolean => {
  const url = URL.parse(value);
  if (!url || value.length > 1000 || value.includes('#')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
};

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

/**
 * Reads the environment once, during init.
 * @throws Error that names the variable and what it accepts
 */
export const readConfig = (environment: Environment): Config => {
  const secretPrefix = environment[variables.secretPrefix] || defaultSecretPrefix;
  if (!isSecretPrefix(secretPrefix)) {
    throw new Error(`${variables.secretPrefix} must be ${secretPrefixAccepts}`);
  }
  const problemTypeBase = environment[variables.problemTypeBase];
  if (problemTypeBase && !isProblemTypeBase(problemTypeBase)) {
    throw new Error(`${variables.problemTypeBase} must be ${problemTypeBaseAccepts}`);
  }
  const tenantClaim = environment[variables.tenantClaim];
  const attempts = readAttempts(environment);
  return {
    secretPrefix,
    secretTtlMs: 1000 * readInteger(environment, 'secretTtlSeconds'),
    pod: readPod(environment),
    kaleyraTimeoutMs: readInteger(environment, 'kaleyraTimeoutMs'),
    ...(tenantClaim && { tenantClaim }),
    ...(problemTypeBase && { problemTypeBase }),
    ...(attempts && { attempts }),
  };
};

const readInteger = (environment: Environment, name: keyof typeof limits): number => {
  const text = environment[variables[name]];
  const limit = limits[name];
  if (text === undefined || text === '') return limit.default;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= limit.min && value <= limit.max)) {
    throw new Error(`${variables[name]} must be a whole number from ${limit.min} to ${limit.max}`);
  }
  return value;
};

const readPod = (environment: Environment): Pod => {
  const named = environment[variables.kaleyraPod];
  if (named) {
    if (isPod(named)) return named;
    throw new Error(`${variables.kaleyraPod} must be one of ${pods.join(', ')}`);
  }
  const pod = getDefaultPod(environment['AWS_REGION'] ?? '');
  if (pod) return pod;
  throw new Error(
    `The region in AWS_REGION has no default pod. Set ${variables.kaleyraPod} to one of ${pods.join(', ')}`,
  );
};

/** Source of the name's pattern: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
const readAttempts = (environment: Environment): AttemptsConfig | undefined => {
  const table = environment[variables.attemptsTable];
  if (!table) return undefined;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) {
    throw new Error(`${variables.attemptsTable} must be 3-255 characters from A-Z a-z 0-9 _ . -`);
  }
  const named = environment[variables.attemptsOnFailure] || defaultOnFailure;
  const onFailure = onFailures.find((known) => known === named);
  if (!onFailure) throw new Error(`${variables.attemptsOnFailure} must be one of ${onFailures.join(', ')}`);
  return {
    table,
    onFailure,
    tenantRequestsPerMinute: readInteger(environment, 'tenantRequestsPerMinute'),
  };
};
