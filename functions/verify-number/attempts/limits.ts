/** What counting attempts goes by. This file imports nothing, so that the stack can read it too. */

/** How many attempts a number has in any `windowMs`. */
export const maxAttempts = 5;
export const windowMs = 10 * 60 * 1000;

/** The longest that taking an attempt may take, and giving it back, with all retries, in milliseconds. */
export const deadlineMs = 1000;

/** The table's partition key, a string. */
export const partitionKey = 'attempted_number';
/** The attribute that DynamoDB's TTL goes by, in seconds of Unix time. */
export const expiresAt = 'expires_at';
