import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { asFailure } from './failures.ts';
import type { Pod } from './kaleyra/pods.ts';
import {
  beginTrace,
  type RecordRequest,
  type RequestRecord,
  type RequestTrace,
  toRecord,
} from './request-trace.ts';

/** Lambda's context, with what the request has gathered so far. */
export interface TracedContext extends Context {
  trace: RequestTrace;
}

/**
 * Middy middleware, the outermost of both chains: gives the request its trace, makes any thrown value a `Failure`,
 * and hands on one record when the request has ended, however it ended.
 */
export const recordRequest = (
  face: RequestRecord['face'],
  pod: Pod,
  record: RecordRequest,
): MiddlewareObj<unknown, unknown, Error, TracedContext> => ({
  before: (request) => {
    request.context.trace = beginTrace();
  },
  after: ({ context }) => {
    record(toRecord(context.trace, face, context.awsRequestId, pod));
  },
  onError: (request) => {
    const failure = asFailure(request.error);
    request.error = failure;
    record(toRecord(request.context.trace, face, request.context.awsRequestId, pod, failure));
  },
});
