/**
 * The deadlines of one request and how they add up, in milliseconds. The SDK's timeouts for a single try are defined where
 * its clients are created, and fit into these.
 */

/** Maximum duration of one read of a secret with all its retries. A request reads at most twice. */
export const secretDeadlineMs = 3000;

/** Maximum duration of taking an attempt with all retries, and of giving it back. */
export const attemptsDeadlineMs = 1000;

/** Maximum duration of the warm-up during init, and of opening the connection to Kaleyra. */
export const warmUpDeadlineMs = 1000;

/** How long before Lambda's timeout the last call to Kaleyra must have ended: time to respond and to log. */
export const responseMarginMs = 500;

/** Limits of `kaleyraTimeoutMs`. With everything else and the init, the maximum stays below API Gateway's 30 s. */
export const kaleyraTimeoutLimits = { min: 100, max: 18_000, default: 10_000 } as const;

/** Lambda's timeout: the sum of everything that a request may wait for, with a margin before and after it. */
export const getFunctionTimeoutMs = (kaleyraTimeoutMs: number, countsAttempts: boolean): number => {
  const attemptsMs = countsAttempts ? 2 * attemptsDeadlineMs : 0;
  return kaleyraTimeoutMs + 2 * secretDeadlineMs + attemptsMs + 2 * responseMarginMs;
};
