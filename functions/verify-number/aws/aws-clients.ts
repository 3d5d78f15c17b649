/** What the clients of AWS services have in common. */
import type { Agent } from 'node:https';
import type { Clock } from '../core/clock.ts';
import { maxIdleMs, watchIdleSockets } from './idle-sockets.ts';

/** Creates a middleware of the SDK that, before each command, closes connections that have been idle for too long. */
export const createIdleSocketMiddleware = (agent: Agent, clock: Clock) => {
  const closeIdleSockets = watchIdleSockets(agent, clock);
  return <Args, Result>(next: (args: Args) => Promise<Result>) =>
    (args: Args): Promise<Result> => {
      closeIdleSockets(maxIdleMs);
      return next(args);
    };
};

interface AwsError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/**
 * Returns a stable word for the cause of an SDK error: a socket error code such as ECONNREFUSED, `timeout`, AWS's name of
 * the error, or `http_502` for a response that is not AWS's. The error itself contains the request and the response, so
 * it must not be passed on.
 */
export const getReason = (error: unknown): string => {
  const { name, code, $metadata } = Object(error) as AwsError;
  if (typeof code === 'string') return code === 'ETIMEDOUT' ? 'timeout' : code;
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'SyntaxError' || name === 'Unknown') return `http_${$metadata?.httpStatusCode}`;
  return String(name ?? typeof error);
};
