import { describe, expect, it } from '@jest/globals';
import { getReason } from '../../../../../functions/verify-number/aws/aws-clients.ts';

const createError = (properties: object) => Object.assign(new Error('m'), properties);

describe('getReason', () => {
  it.each([
    ['the code of a socket error', createError({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [
      'the code of a socket that hangs up',
      createError({ name: 'TimeoutError', code: 'ECONNRESET' }),
      'ECONNRESET',
    ],
    ['the name of an AWS error', createError({ name: 'AccessDeniedException' }), 'AccessDeniedException'],
    ['timeout for the deadline', new DOMException('m', 'TimeoutError'), 'timeout'],
    [
      'timeout for the time limit of the SDK',
      createError({ name: 'TimeoutError', code: 'ETIMEDOUT' }),
      'timeout',
    ],
    [
      'the status of a response that is not JSON',
      createError({ name: 'SyntaxError', $metadata: { httpStatusCode: 502 } }),
      'http_502',
    ],
    [
      'the status of an error without a name',
      createError({ name: 'Unknown', $metadata: { httpStatusCode: 403 } }),
      'http_403',
    ],
    ['the type of a value that is not an error', 'text', 'string'],
    ['the type of undefined', undefined, 'undefined'],
  ])('returns %s', (_name, error, reason) => {
    expect(getReason(error)).toBe(reason);
  });
});
