import { describe, expect, it } from '@jest/globals';
import {
  catalogue,
  Failure,
  failureCodes,
  toFailure,
} from '../../../../../functions/verify-number/core/failures.ts';

describe('failures', () => {
  it("are the contract's table, row for row", () => {
    const rows = failureCodes.map((code) => [code, catalogue[code].status, catalogue[code].retryable]);
    expect(rows).toEqual([
      ['RequestInvalid', 400, false],
      ['UnsupportedMediaType', 415, false],
      ['RequestTooLarge', 413, false],
      ['TenantForbidden', 403, false],
      ['TenantUnknown', 404, false],
      ['WabaNotFound', 404, false],
      ['AccountNotAuthorized', 403, false],
      ['AlreadyVerified', 409, false],
      ['OtpRejected', 422, false],
      ['PhoneNumberRejected', 422, false],
      ['RequestRejected', 422, false],
      ['InsufficientBalance', 402, false],
      ['DailyLimitReached', 429, false],
      ['RateLimited', 429, true],
      ['TooManyAttempts', 429, false],
      ['CredentialsRejected', 502, false],
      ['CredentialsMisconfigured', 500, false],
      ['CredentialsUnavailable', 503, true],
      ['PayloadRejected', 502, false],
      ['KaleyraUnavailable', 503, true],
      ['OutcomeUnknown', 504, true],
      ['UnexpectedResponse', 502, false],
      ['InternalError', 500, false],
    ]);
  });

  it.each(failureCodes)('%s has a title of its own', (code) => {
    const { title } = catalogue[code];
    expect(title).toMatch(/^[A-Z][A-Za-z -]+$/);
    expect(failureCodes.filter((other) => catalogue[other].title === title)).toEqual([code]);
  });

  it.each(failureCodes)(
    '%s says when to try again if it is a retryable 429 or 503, and else does not',
    (code) => {
      const { status, retryable } = catalogue[code];
      const { retryAfterSeconds } = new Failure(code, 'A detail.');
      if (retryable && (status === 429 || status === 503)) expect(retryAfterSeconds).toBeGreaterThan(0);
      else expect(retryAfterSeconds).toBeUndefined();
    },
  );

  it('carry the code as name, which Step Functions matches, and the detail as message', () => {
    const failure = new Failure('OtpRejected', 'Incorrect OTP format');
    expect(failure).toBeInstanceOf(Error);
    expect(`${failure}`).toBe('OtpRejected: Incorrect OTP format');
    expect(failure.code).toBe('OtpRejected');
  });

  it('have only the facts that were given', () => {
    expect(Object.keys(new Failure('OtpRejected', 'A detail.')).sort()).toEqual(['code', 'name']);
    expect('cause' in new Failure('OtpRejected', 'A detail.')).toBe(false);

    const facts = {
      errors: [{ pointer: '/otp', detail: 'is missing' }],
      kaleyra: { code: 'WA400', message: 'm' },
      retryAfterSeconds: 0,
      cause: new Error('underneath'),
    };
    expect(new Failure('RateLimited', 'A detail.', facts)).toMatchObject(facts);
  });
});

describe('toFailure', () => {
  it('leaves a failure as it is', () => {
    const failure = new Failure('RateLimited', 'A detail.');
    expect(toFailure(failure)).toBe(failure);
  });

  it.each([new TypeError('the otp is 671242'), 'a string', undefined, null, 42, { code: 'OtpRejected' }])(
    'makes a defect of anything else, and tells the caller nothing of it',
    (thrown) => {
      const failure = toFailure(thrown);
      expect(failure.code).toBe('InternalError');
      expect(failure.message).toBe(
        "Something went wrong on our side. The log says more, under this request's id.",
      );
      expect(failure.cause).toBe(thrown);
    },
  );
});
