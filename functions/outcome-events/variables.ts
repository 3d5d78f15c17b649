/** The names of the function's environment variables, which the stack sets. */
export const variables = {
  /** Name or ARN of the event bus. */
  eventBus: 'EVENT_BUS',
  queueUrl: 'QUEUE_URL',
} as const;
