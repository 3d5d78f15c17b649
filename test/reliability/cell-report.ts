/** Reads how a request of a cell ended, by either entry point. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  Failure,
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../functions/verify-number/core/failures.ts';
import type { Expected } from './kaleyra-fault.ts';

export const channels = ['http', 'direct'] as const;
export type Channel = (typeof channels)[number];

/** What the handler returned or threw. */
export type Ended = { readonly value: unknown } | { readonly thrown: unknown };

export interface Report {
  readonly outcome: Expected['outcome'];
  /** The `Retry-After` of a retryable 429 or 503. */
  readonly retryAfter?: string;
}

/** Returns the report, or `undefined` if it does not have the form that the contract defines. */
export const readReport = (channel: Channel, ended: Ended): Report | undefined =>
  channel === 'http' ? readResponse(ended) : readCall(ended);

const isCode = (code: unknown): code is FailureCode => failureCodes.some((known) => known === code);

const hasRetryAfter = (code: FailureCode): boolean => {
  const { retryable, status } = getDefinition(code);
  return retryable && (status === 429 || status === 503);
};

const readResponse = (ended: Ended): Report | undefined => {
  if (!('value' in ended)) return undefined;
  const { statusCode, headers = {}, body = '' } = ended.value as APIGatewayProxyStructuredResultV2;
  const { code, status } = JSON.parse(body);
  if (statusCode === 200) return status === 'verified' ? { outcome: 'Verified' } : undefined;
  if (!isCode(code) || statusCode !== getDefinition(code).status || status !== statusCode) return undefined;
  if (headers['content-type'] !== 'application/problem+json') return undefined;
  if (hasRetryAfter(code) !== 'retry-after' in headers) return undefined;
  return { outcome: code, retryAfter: String(headers['retry-after']) };
};

const readCall = (ended: Ended): Report | undefined => {
  if ('value' in ended) {
    const { status } = ended.value as { status?: unknown };
    return status === 'verified' ? { outcome: 'Verified' } : undefined;
  }
  const { thrown } = ended;
  if (!(thrown instanceof Failure) || !isCode(thrown.name) || thrown.name !== thrown.code) return undefined;
  return { outcome: thrown.code, retryAfter: String(thrown.retryAfterSeconds) };
};

/** Everything that a caller can see, as one text. */
export const describeEnded = (ended: Ended): string =>
  'value' in ended
    ? JSON.stringify(ended.value)
    : `${ended.thrown} ${JSON.stringify(ended.thrown)} ${String((ended.thrown as Error)?.cause)}`;
