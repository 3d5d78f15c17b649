import { describe, expect, it } from '@jest/globals';
import { requestIntervalMs, windowMs } from '../../../../../functions/verify-number/attempts/limits.ts';
import {
  catalogue,
  Failure,
  failureCodes,
  getDefinition,
  toFailure,
} from '../../../../../functions/verify-number/core/failures.ts';

describe('the catalogue', () => {
  it("has the contract's status, retryable and password for each code", () => {
    const rows = failureCodes.map((code) => {
      const { status, retryable, passwordChecked } = catalogue[code];
      return [code, status, retryable, passwordChecked];
    });
    expect(rows).toEqual([
      ['RequestInvalid', 400, false, 'no'],
      ['UnsupportedMediaType', 415, false, 'no'],
      ['RequestTooLarge', 413, false, 'no'],
      ['TenantForbidden', 403, false, 'no'],
      ['TenantUnknown', 404, false, 'no'],
      ['WabaNotFound', 404, false, 'no'],
      ['AccountNotAuthorized', 403, false, 'unknown'],
      ['AlreadyVerified', 409, false, 'no'],
      ['OtpRejected', 422, false, 'yes'],
      ['PhoneNumberRejected', 422, false, 'no'],
      ['RequestRejected', 422, false, 'unknown'],
      ['InsufficientBalance', 402, false, 'no'],
      ['DailyLimitReached', 429, false, 'no'],
      ['RateLimited', 429, true, 'no'],
      ['TooManyAttempts', 429, true, 'no'],
      ['TenantRateLimited', 429, true, 'no'],
      ['AttemptsUnavailable', 503, true, 'no'],
      ['CredentialsRejected', 502, false, 'no'],
      ['CredentialsMisconfigured', 500, false, 'no'],
      ['CredentialsUnavailable', 503, true, 'no'],
      ['PayloadRejected', 502, false, 'no'],
      ['KaleyraUnavailable', 503, true, 'no'],
      ['KaleyraFailed', 503, true, 'unknown'],
      ['OutcomeUnknown', 504, true, 'unknown'],
      ['UnexpectedResponse', 502, false, 'unknown'],
      ['InternalError', 500, false, 'unknown'],
    ]);
  });

  it.each(failureCodes)('gives %s a title that no other code has', (code) => {
    const { title } = catalogue[code];
    expect(title).toMatch(/^[A-Z][A-Za-z -]+$/);
    expect(failureCodes.filter((other) => catalogue[other].title === title)).toEqual([code]);
  });

  it.each(failureCodes)('gives %s a delay exactly if it is a retryable 429 or 503', (code) => {
    const { status, retryable, retryAfterSeconds } = getDefinition(code);
    expect((retryAfterSeconds ?? 0) > 0).toBe(retryable && (status === 429 || status === 503));
  });

  it('gives the limits of attempts the longest delay that they can cause', () => {
    expect(catalogue.TooManyAttempts.retryAfterSeconds * 1000).toBe(windowMs);
    expect(catalogue.TenantRateLimited.retryAfterSeconds * 1000).toBe(requestIntervalMs);
  });
});

describe('Failure', () => {
  it('has the code as its name and the detail as its message', () => {
    const failure = new Failure('OtpRejected', 'Incorrect OTP format');
    expect(failure).toBeInstanceOf(Error);
    expect(`${failure}`).toBe('OtpRejected: Incorrect OTP format');
    expect(failure.code).toBe('OtpRejected');
  });

  it('has only the details that it was given', () => {
    const failure = new Failure('OtpRejected', 'A detail.');
    expect(Object.keys(failure).sort()).toEqual(['code', 'name']);
    expect('cause' in failure).toBe(false);
    const details = {
      errors: [{ pointer: '/otp', detail: 'is missing' }],
      kaleyra: { code: 'WA400', message: 'm' },
      kaleyraHttpStatus: 0,
      retryAfterSeconds: 0,
      reason: '',
    };
    expect(new Failure('RateLimited', 'A detail.', details)).toMatchObject(details);
  });

  it("has the catalogue's delay by default", () => {
    expect(new Failure('KaleyraFailed', 'A detail.').retryAfterSeconds).toBe(60);
    expect(new Failure('OutcomeUnknown', 'A detail.').retryAfterSeconds).toBeUndefined();
  });
});

describe('toFailure', () => {
  it('returns a failure unchanged', () => {
    const failure = new Failure('RateLimited', 'A detail.');
    expect(toFailure(failure)).toBe(failure);
  });

  it.each([new TypeError('the otp is 671242'), 'a string', undefined, null, 42, { code: 'OtpRejected' }])(
    'converts any other thrown value to InternalError and hides its details: case %#',
    (thrown) => {
      const failure = toFailure(thrown);
      expect(failure.code).toBe('InternalError');
      expect(failure.message).toBe(
        'The request failed because of a defect. Give the request id to the operator of this API.',
      );
      expect(failure.getDefect()).toBe(thrown);
      expect(failure.cause).toBeUndefined();
    },
  );
});
