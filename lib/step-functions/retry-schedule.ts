/** Which errors the task retries, and when. Everything about a failure code comes from the catalogue. */
import { Duration } from 'aws-cdk-lib';
import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { failureCodes, getDefinition } from '../../functions/verify-number/core/failures.ts';

/** Errors with similar delays, which share their retries so that the total time stays bounded. */
interface RetryGroup {
  readonly name: 'short' | 'long';
  /** The group contains the errors whose advised delay is at most this, and that are in no group before it. */
  readonly maxAdviceSeconds: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds: number;
}

/** An error whose advised delay is longer than every group's is not retried, because its wait outlasts the password. */
const groups: readonly RetryGroup[] = [
  { name: 'short', maxAdviceSeconds: 10, maxAttempts: 3, maxDelaySeconds: 40 },
  { name: 'long', maxAdviceSeconds: 60, maxAttempts: 1, maxDelaySeconds: 120 },
];

interface RetryableError {
  readonly name: string;
  readonly adviceSeconds: number;
}

const getRetryableCodes = (checked: 'no' | 'unknown'): readonly RetryableError[] =>
  failureCodes.flatMap((name) => {
    const { retryable, passwordChecked, retryAfterSeconds = 0 } = getDefinition(name);
    return retryable && passwordChecked === checked ? [{ name, adviceSeconds: retryAfterSeconds }] : [];
  });

/** Errors after which the password was certainly not checked. Lambda rejects the invocation with the last one. */
const harmless: readonly RetryableError[] = [
  ...getRetryableCodes('no'),
  { name: 'Lambda.TooManyRequestsException', adviceSeconds: 0 },
];

/**
 * Errors after which the number may be verified: the function says so, or the function, Lambda or the connection to it
 * failed. A function that is stopped or exits is reported by the error type that Lambda gives it, or as
 * `Lambda.Unknown`.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
const uncertain: readonly RetryableError[] = [
  ...getRetryableCodes('unknown'),
  ...[
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
    'Runtime.ExitError',
    Errors.TIMEOUT,
  ].map((name) => ({ name, adviceSeconds: 0 })),
];

const groupErrors = (errors: readonly RetryableError[]) =>
  groups.flatMap((group, index) => {
    const above = groups[index - 1]?.maxAdviceSeconds ?? -1;
    const names = errors
      .filter(({ adviceSeconds }) => adviceSeconds > above && adviceSeconds <= group.maxAdviceSeconds)
      .map(({ name }) => name);
    return names.length > 0 ? [{ ...group, names }] : [];
  });

/**
 * With full jitter, a wait is a random time up to its interval. The first interval is twice the longest delay of the
 * group, so the average wait is at least what the catalogue advises.
 */
const createRetries = (errors: readonly RetryableError[]): readonly RetryProps[] =>
  groupErrors(errors).map(({ names, maxAdviceSeconds, maxAttempts, maxDelaySeconds }) => ({
    errors: names,
    interval: Duration.seconds(2 * maxAdviceSeconds),
    backoffRate: 2,
    maxDelay: Duration.seconds(maxDelaySeconds),
    maxAttempts,
    jitterStrategy: JitterType.FULL,
  }));

/** Retries before the outcome of any attempt is unknown. */
export const firstPhaseRetries = createRetries(harmless);

/** Retries after the outcome of an attempt is unknown. */
export const secondPhaseRetries = createRetries([...harmless, ...uncertain]);

/** The errors that lead from the first phase to the second, with the pause before the next attempt. */
export const uncertainOutcomes = groupErrors(uncertain).map(({ name, names, maxAdviceSeconds }) => ({
  name,
  errors: names,
  /** The pause is a random number of seconds, at least 1 and at most this. */
  maxPauseSeconds: 2 * maxAdviceSeconds,
}));

/** Errors that say nothing about an earlier attempt whose outcome is unknown, even when they are not retried (any more). */
export const harmlessErrors = harmless.map(({ name }) => name);
