/** The Middy request that the middlewares share, and everything that they pass on to each other. */
import type { MiddlewareObj, Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { NumberToVerify } from '../core/contract.ts';
import type { Body } from '../core/parse-command.ts';
import type { Report } from '../core/verify-number.ts';

/** The entry point of a request. */
export type Channel = 'http' | 'direct';

/** A token that API Gateway has verified. */
export interface Token {
  readonly claims?: Readonly<Record<string, unknown>> | null;
}

/** The keys of `request.internal`. After the use case, none of them contains the password. */
export interface Internal extends Record<string, unknown> {
  channel: Channel;
  /** The parsed body (HTTP). Removed as soon as the command is read. */
  body?: Body;
  /** Absent: the request is invalid or not authorized, so none of its fields is logged. */
  number?: NumberToVerify;
  /** The caller's token (HTTP with a JWT authorizer). */
  token?: Token | undefined;
  report?: Report;
}

export type PipelineRequest = Request<unknown, unknown, Error, Context, Internal>;

/** A middleware of the pipeline. */
export type Middleware = MiddlewareObj<unknown, unknown, Error, Context, Internal>;
