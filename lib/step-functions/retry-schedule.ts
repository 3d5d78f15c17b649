/**
 * Which errors the task retries, and when. Everything about a failure code comes from the catalogue.
 *
 * The rule is the same for every caller: wait at least `retryAfterSeconds` (over HTTP: `Retry-After`), with jitter, and
 * stop when the password has expired, after about ten minutes. Kaleyra advises to wait 5, 10 and 15 minutes, which needs
 * a new password.
 */
import { Duration } from 'aws-cdk-lib';
import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { failureCodes, getDefinition } from '../../functions/verify-number/core/failures.ts';

interface RetryableError {
  readonly name: string;
  /** The shortest wait before a retry. */
  readonly retryAfterSeconds: number;
}

/** Errors with similar waits, which share their retries so that the total time stays bounded. */
interface RetryGroup {
  readonly name: 'short' | 'long';
  /** The longest `retryAfterSeconds` in the group. */
  readonly retryAfterSeconds: number;
  readonly maxAttempts: number;
  readonly maxDelaySeconds: number;
}

/** An error belongs to the first group that waits long enough. If none does, it is not retried. */
const groups: readonly RetryGroup[] = [
  { name: 'short', retryAfterSeconds: 10, maxAttempts: 3, maxDelaySeconds: 40 },
  { name: 'long', retryAfterSeconds: 60, maxAttempts: 1, maxDelaySeconds: 120 },
];

const getRetryableCodes = (checked: 'no' | 'unknown'): readonly RetryableError[] =>
  failureCodes.flatMap((name) => {
    const { retryable, passwordChecked, retryAfterSeconds = 0 } = getDefinition(name);
    return retryable && passwordChecked === checked ? [{ name, retryAfterSeconds }] : [];
  });

/** Errors after which the password was certainly not checked. Lambda rejects the invocation with the last one. */
const harmless: readonly RetryableError[] = [
  ...getRetryableCodes('no'),
  { name: 'Lambda.TooManyRequestsException', retryAfterSeconds: 0 },
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
  ].map((name) => ({ name, retryAfterSeconds: 0 })),
];

const groupErrors = (errors: readonly RetryableError[]) =>
  groups
    .map((group) => ({
      ...group,
      names: errors
        .filter((error) => group === groups.find((one) => error.retryAfterSeconds <= one.retryAfterSeconds))
        .map(({ name }) => name),
    }))
    .filter(({ names }) => names.length > 0);

/**
 * With full jitter, a wait is a random time up to its interval. The first interval is twice `retryAfterSeconds`, so the
 * average wait is at least that long.
 */
const createRetries = (errors: readonly RetryableError[]): readonly RetryProps[] =>
  groupErrors(errors).map(({ names, retryAfterSeconds, maxAttempts, maxDelaySeconds }) => ({
    errors: names,
    interval: Duration.seconds(2 * retryAfterSeconds),
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
export const uncertainOutcomes = groupErrors(uncertain).map(({ name, names, retryAfterSeconds }) => ({
  name,
  errors: names,
  /** The pause is a random number of seconds, at least 1 and at most this. */
  maxPauseSeconds: 2 * retryAfterSeconds,
}));

/** Errors that say nothing about an earlier attempt whose outcome is unknown, even when they are not retried (any more). */
export const harmlessErrors = harmless.map(({ name }) => name);
