/** How DynamoDB may fail while attempts are counted. */
import type { ServerResponse } from 'node:http';
import { sendError, sendJson } from './aws-responses.ts';

export interface AttemptsFault {
  readonly name: string;
  /** The reason in the log. Absent: attempts can be counted. */
  readonly reason?: string;
  readonly isSlow?: boolean;
  /** The SDK waits before it tries again, sometimes until the deadline, so the reason can also be `timeout`. */
  readonly mayTimeOut?: boolean;
  readonly isRefused?: boolean;
  readonly behaviour?: (response: ServerResponse) => void;
}

export const attemptsFaults: readonly AttemptsFault[] = [
  { name: 'none', behaviour: sendJson(200, {}) },
  {
    name: 'throttled',
    reason: 'ProvisionedThroughputExceededException',
    isSlow: true,
    mayTimeOut: true,
    behaviour: sendError('ProvisionedThroughputExceededException', 400),
  },
  { name: '500', reason: 'InternalServerError', behaviour: sendError('InternalServerError', 500) },
  { name: '503, HTML', reason: 'http_503', behaviour: sendJson(503, '<html>Service Unavailable</html>') },
  {
    name: 'access denied',
    reason: 'AccessDeniedException',
    behaviour: sendError('AccessDeniedException', 400),
  },
  {
    name: 'no table',
    reason: 'ResourceNotFoundException',
    behaviour: sendError('ResourceNotFoundException', 400),
  },
  { name: 'silent', reason: 'timeout', isSlow: true, behaviour: () => {} },
  { name: 'refused', reason: 'ECONNREFUSED', isRefused: true },
  { name: 'reset', reason: 'ECONNRESET', behaviour: (response) => response.socket?.resetAndDestroy() },
];
