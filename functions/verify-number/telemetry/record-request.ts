import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { asFailure } from '../core/failures.ts';
import type { Pod } from '../kaleyra/pods.ts';
import {
  beginTrace,
  type EmitEvent,
  type RequestEvent,
  type RequestTrace,
  toRecord,
} from './request-event.ts';

/** Lambda's context, with what the request has gathered so far. */
export interface TracedContext extends Context {
  trace: RequestTrace;
}

/**
 * Middy middleware, the outermost of both chains: gives the request its trace, makes any thrown value a `Failure`,
 * and hands on one record when the request has ended, however it ended.
 */
export const recordRequest = (
  channel: RequestEvent['channel'],
  pod: Pod,
  record: EmitEvent,
): MiddlewareObj<unknown, unknown, Error, TracedContext> => ({
  before: (request) => {
    request.context.trace = beginTrace();
  },
  after: ({ context }) => {
    record(toRecord(context.trace, channel, context.awsRequestId, pod));
  },
  onError: (request) => {
    const failure = asFailure(request.error);
    request.error = failure;
    record(toRecord(request.context.trace, channel, request.context.awsRequestId, pod, failure));
  },
});
