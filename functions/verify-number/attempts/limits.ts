/** The limits of attempts, how they are configured, and the attributes of the DynamoDB table. */

/** How many attempts a number, or an id, has in any `windowMs`. */
export const attemptLimit = 5;
export const windowMs = 10 * 60 * 1000;

/** A tenant's requests are counted in fixed intervals of this length. */
export const requestIntervalMs = 60 * 1000;

/** The table's partition key, a string. */
export const partitionKey = 'counted_key';
/** The attribute of DynamoDB's TTL, in seconds of Unix time. */
export const expiryAttribute = 'expires_at';

/** How attempts are counted. */
export interface AttemptsConfig {
  /** The DynamoDB table's name. */
  readonly table: string;
  /** What happens to an attempt that cannot be counted because DynamoDB fails. */
  readonly onFailure: OnFailure;
  readonly tenantRequestsPerMinute: number;
}

export const onFailures = ['allow', 'refuse'] as const;
export type OnFailure = (typeof onFailures)[number];
export const defaultOnFailure: OnFailure = 'allow';
