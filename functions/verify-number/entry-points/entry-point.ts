/** What the function's two entry points, HTTP and direct, have in common. */
import type { Context } from 'aws-lambda';
import type { NumberToVerify, VerifyNumberCommand } from '../core/contract.ts';
import { toFailure } from '../core/failures.ts';
import type { Report } from '../core/verify-number.ts';

/** One way to call the function. */
export interface EntryPoint<Event> {
  /** Handles an event. Never throws: the report contains the failure. */
  handle(event: Event, context: Context): Promise<HandledRequest>;
  /** Returns the response to the caller. The direct entry point throws a failure. */
  respond(result: Report['result'], requestId: string): unknown;
}

/** A request that has ended. */
export interface HandledRequest {
  /** Absent: the request is invalid or not authorized, so none of its fields is logged. */
  readonly number?: NumberToVerify;
  readonly report: Report;
}

/** The use case, with its dependencies. */
export type Verify = (command: VerifyNumberCommand, getRemainingMs: () => number) => Promise<Report>;

/** A request that failed before the use case. */
export const toFailedRequest = (thrown: unknown): HandledRequest => ({
  report: { result: toFailure(thrown), timings: {} },
});
