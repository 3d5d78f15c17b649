import { describe, expect, it } from '@jest/globals';
import { Failure, failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import { problemDetails } from '../../../../../functions/verify-number/entry-points/problem-details.ts';

const bodyOf = (failure: Failure) => JSON.parse(problemDetails(failure, 'r-1').body ?? '');

describe('problem details', () => {
  it('are the RFC 9457 document of the contract', () => {
    const failure = new Failure('OtpRejected', 'Incorrect OTP format', {
      kaleyra: { code: 'WA400', message: 'Incorrect OTP format' },
    });
    expect(problemDetails(failure, 'r-1')).toEqual({
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

  it('list what is wrong with a request', () => {
    const errors = [{ pointer: '/otp', detail: 'is missing' }];
    const body = bodyOf(new Failure('RequestInvalid', 'A detail.', { errors }));
    expect(body).toMatchObject({ status: 400, errors });
    expect(body).not.toHaveProperty('kaleyra');
  });

  it.each(failureCodes)('of %s have the same status in the answer and in the document', (code) => {
    const { statusCode, body } = problemDetails(new Failure(code, 'A detail.'), 'r-1');
    expect(JSON.parse(body ?? '')).toMatchObject({ status: statusCode, code });
  });

  it("pass on Kaleyra's Retry-After, 0 included, and else give the catalogue's", () => {
    const retryAfter = (failure: Failure) => problemDetails(failure, 'r-1').headers?.['retry-after'];
    expect(retryAfter(new Failure('RateLimited', 'd', { retryAfterSeconds: 7 }))).toBe('7');
    expect(retryAfter(new Failure('RateLimited', 'd', { retryAfterSeconds: 0 }))).toBe('0');
    expect(retryAfter(new Failure('RateLimited', 'd'))).toBe('10');
    expect(retryAfter(new Failure('DailyLimitReached', 'd'))).toBeUndefined();
  });

  it('never show what lies underneath', () => {
    const cause = new Error('the key is fake-api-key-of-acme');
    const answer = problemDetails(new Failure('InternalError', 'A detail.', { cause }), 'r-1');
    expect(JSON.stringify(answer)).not.toContain('fake-api-key');
    expect(JSON.stringify(answer)).not.toContain('stack');
  });
});
