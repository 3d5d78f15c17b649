/** The names of the function's metrics, for the function, the alarms and the dashboard. */
import type { RequestEvent } from './request-event.ts';

export const metricsNamespace = 'KaleyraNumberVerification';

/** Dimensions of every metric. Each metric is published for the function, and by outcome. */
export const dimensions = {
  /** The name of the Lambda function, which distinguishes stacks in one account and region. */
  function: 'service',
  /** `Verified` or a failure code. */
  outcome: 'outcome' satisfies keyof RequestEvent,
} as const;

export const metricNames = {
  /** Count: 1 per request. */
  requests: 'Requests',
  /** Milliseconds of waiting for Kaleyra, if it was called: the field of the log event itself. */
  kaleyraTime: 'kaleyra_ms' satisfies keyof RequestEvent,
  /** Count: 1 per failure that the direct entry point throws, which Lambda counts as an error. */
  thrownFailures: 'ThrownFailures',
  /** Count: 1 per attempt that could not be counted. */
  uncountedAttempts: 'UncountedAttempts',
} as const;
