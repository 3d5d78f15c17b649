import { describe, expect, it } from '@jest/globals';
import { Failure, failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import { toProblemDetails } from '../../../../../functions/verify-number/pipeline/problem-details.ts';

const getBody = (failure: Failure, base?: string) =>
  JSON.parse(toProblemDetails(failure, 'r-1', base).body ?? '');

describe('toProblemDetails', () => {
  it("returns the contract's RFC 9457 document", () => {
    const failure = new Failure('OtpRejected', 'Incorrect OTP format', {
      kaleyra: { code: 'WA400', message: 'Incorrect OTP format' },
      kaleyraHttpStatus: 400,
      reason: 'not for callers',
    });
    expect(toProblemDetails(failure, 'r-1')).toEqual({
      statusCode: 422,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      body: JSON.stringify({
        type: 'urn:kaleyra-verify:problem:OtpRejected',
        title: 'One-time password rejected',
        status: 422,
        detail: 'Incorrect OTP format',
        instance: 'urn:kaleyra-verify:request:r-1',
        code: 'OtpRejected',
        retryable: false,
        kaleyra: { code: 'WA400', message: 'Incorrect OTP format' },
      }),
    });
  });

  it('lists the problems of an invalid request', () => {
    const errors = [{ pointer: '/otp', detail: 'is missing' }];
    const body = getBody(new Failure('RequestInvalid', 'A detail.', { errors }));
    expect(body).toMatchObject({ status: 400, errors });
    expect(body).not.toHaveProperty('kaleyra');
  });

  it.each(failureCodes)('has the same status in the response and the document for %s', (code) => {
    const { statusCode, body } = toProblemDetails(new Failure(code, 'A detail.'), 'r-1');
    expect(JSON.parse(body ?? '')).toMatchObject({ status: statusCode, code });
  });

  it('links the type to the configured page', () => {
    const body = getBody(new Failure('OtpRejected', 'd'), 'http://127.0.0.1:3000/problems');
    expect(body.type).toBe('http://127.0.0.1:3000/problems#otprejected');
  });

  it("has Kaleyra's Retry-After if it is known, including 0, and otherwise the catalogue's", () => {
    const getRetryAfter = (failure: Failure) => toProblemDetails(failure, 'r-1').headers?.['retry-after'];
    expect(getRetryAfter(new Failure('RateLimited', 'd', { retryAfterSeconds: 7 }))).toBe('7');
    expect(getRetryAfter(new Failure('RateLimited', 'd', { retryAfterSeconds: 0 }))).toBe('0');
    expect(getRetryAfter(new Failure('RateLimited', 'd'))).toBe('10');
    expect(getRetryAfter(new Failure('DailyLimitReached', 'd'))).toBeUndefined();
  });

  it('never shows the cause', () => {
    const cause = new Error('the key is fake-api-key-of-acme');
    const response = toProblemDetails(new Failure('InternalError', 'A detail.', { defect: cause }), 'r-1');
    expect(JSON.stringify(response)).not.toContain('fake-api-key');
    expect(JSON.stringify(response)).not.toContain('stack');
  });
});
