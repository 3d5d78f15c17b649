import { isPod, type Pod, podOfRegion, pods } from './kaleyra/pods.ts';

/** What the function's environment says, checked. None of it can say which host gets an API key. */
export interface Config {
  /** Put before a tenant id to name its secret. */
  readonly secretPrefix: string;
  /** How long credentials are used before they are read again, in milliseconds. */
  readonly secretTtlMs: number;
  readonly pod: Pod;
  /** The longest that all calls to Kaleyra for one request may take together, in milliseconds. */
  readonly kaleyraTimeoutMs: number;
  /** The JWT claim that names the caller's tenants. Absent: the authorizer is not a JWT one. */
  readonly tenantClaim?: string;
  /** Absent: attempts are not counted. */
  readonly attempts?: AttemptsConfig;
}

/** How attempts are counted. */
export interface AttemptsConfig {
  /** The DynamoDB table's name. */
  readonly table: string;
  /** What becomes of an attempt that cannot be counted because DynamoDB fails. */
  readonly onFailure: OnFailure;
}

export const onFailures = ['allow', 'refuse'] as const;
export type OnFailure = (typeof onFailures)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Limits that the deployment options and the function's environment share. */
export const limits = {
  secretTtlSeconds: { min: 1, max: 3600, default: 300 },
  // With what a request takes beside it, this is what API Gateway's 30 s leave for Kaleyra.
  kaleyraTimeoutMs: { min: 100, max: 20_000, default: 10_000 },
} as const;

/** The longest that one read of a secret may take with all its retries, in milliseconds. A request reads twice at most. */
export const secretDeadlineMs = 3000;

/** What a request may take beside Kaleyra's time, in milliseconds: two reads of a secret, and a second to answer. */
export const timeBesideKaleyraMs = 2 * secretDeadlineMs + 1000;

export const defaultSecretPrefix = 'kaleyra/';
export const secretPrefixAccepts = '1-256 of the characters A-Z a-z 0-9 / _ + = . @ -';
/** What Secrets Manager allows in a secret's name, short enough that a tenant id of 64 fits behind it. */
export const isSecretPrefix = (value: string): boolean => /^[A-Za-z0-9/_+=.@-]{1,256}$/.test(value);

/**
 * Reads the environment once, at start.
 * @throws Error that names the variable and what it accepts.
 */
export const readConfig = (environment: Environment): Config => {
  const secretPrefix = environment['SECRET_PREFIX'] || defaultSecretPrefix;
  if (!isSecretPrefix(secretPrefix)) {
    throw new Error(`SECRET_PREFIX must be ${secretPrefixAccepts}`);
  }
  const tenantClaim = environment['TENANT_CLAIM'];
  const attempts = readAttempts(environment);
  return {
    secretPrefix,
    secretTtlMs: 1000 * wholeNumber(environment, 'SECRET_TTL_SECONDS', limits.secretTtlSeconds),
    pod: readPod(environment),
    kaleyraTimeoutMs: wholeNumber(environment, 'KALEYRA_TIMEOUT_MS', limits.kaleyraTimeoutMs),
    ...(tenantClaim ? { tenantClaim } : {}),
    ...(attempts && { attempts }),
  };
};

const wholeNumber = (
  environment: Environment,
  name: string,
  limit: { min: number; max: number; default: number },
): number => {
  const text = environment[name];
  if (text === undefined || text === '') return limit.default;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= limit.min && value <= limit.max)) {
    throw new Error(`${name} must be a whole number from ${limit.min} to ${limit.max}`);
  }
  return value;
};

const readPod = (environment: Environment): Pod => {
  const named = environment['KALEYRA_POD'];
  if (named) {
    if (isPod(named)) return named;
    throw new Error(`KALEYRA_POD must be one of ${pods.join(', ')}`);
  }
  const pod = podOfRegion(environment['AWS_REGION'] ?? '');
  if (pod) return pod;
  throw new Error(
    `AWS_REGION names no region with a Kaleyra pod: set KALEYRA_POD to one of ${pods.join(', ')}`,
  );
};

/** Source of the name's form: CreateTable in the DynamoDB API reference. */
const readAttempts = (environment: Environment): AttemptsConfig | undefined => {
  const table = environment['ATTEMPTS_TABLE'];
  if (!table) return undefined;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) {
    throw new Error('ATTEMPTS_TABLE must be 3-255 of the characters A-Z a-z 0-9 _ . -');
  }
  const named = environment['ATTEMPTS_ON_FAILURE'] || 'allow';
  const onFailure = onFailures.find((known) => known === named);
  if (onFailure) return { table, onFailure };
  throw new Error(`ATTEMPTS_ON_FAILURE must be one of ${onFailures.join(', ')}`);
};
