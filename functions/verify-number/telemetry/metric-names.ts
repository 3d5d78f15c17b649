/** What the function counts, for the alarms and the dashboard to look at. This file imports nothing. */

export const metricsNamespace = 'KaleyraNumberVerification';

/** Dimensions of every metric. Each is given in total for the function, and by outcome. */
export const dimensions = {
  /** The name of the Lambda function, so that two stacks in one account and region are told apart. */
  function: 'service',
  /** `Verified`, or a code of the catalogue. */
  outcome: 'outcome',
} as const;

export const metricNames = {
  /** One for each request that has ended. */
  requests: 'Requests',
  /** Milliseconds spent waiting for Kaleyra, where it was asked. */
  kaleyraTime: 'KaleyraTime',
  /** One for each failure that the direct entry point has thrown, which Lambda counts among its errors. */
  thrownFailures: 'ThrownFailures',
  /** One for each attempt that could not be counted, where attempts are counted. */
  uncountedAttempts: 'UncountedAttempts',
} as const;
