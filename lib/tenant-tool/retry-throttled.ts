import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds. */
const firstDelay = 200;
const longestDelay = 5000;
const maxTries = 8;

/**
 * Repeats a call that Secrets Manager throttles, with exponential backoff and full jitter. A throttled call has no effect.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export const retryThrottled = async <T>(call: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries === maxTries || !isThrottled(error)) throw error;
      await wait(Math.random() * Math.min(longestDelay, firstDelay * 2 ** tries));
    }
  }
};

const isThrottled = (error: unknown): boolean =>
  /throttl|TooManyRequests|LimitExceeded/i.test((error as Error).name);
