/** The names of the release check's environment variables, which the stack sets. */
export const variables = {
  versionArn: 'VERSION_ARN',
  retryAfterMs: 'RETRY_AFTER_MS',
} as const;
