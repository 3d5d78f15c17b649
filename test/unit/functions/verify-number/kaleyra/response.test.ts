import { describe, expect, it } from '@jest/globals';
import { mapResponse } from '../../../../../functions/verify-number/kaleyra/response.ts';
import { otherSamples, pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import {
  createEnvelope,
  createResponse,
  mapBody,
  mapToFailure,
  sampleSecrets,
} from '../../../../support/kaleyra-responses.ts';

const getCode = (body: unknown, status = 200) => mapToFailure(body, { status }).code;

describe("mapResponse, for the samples of Kaleyra's page", () => {
  it('maps success to its code, message and reference', () => {
    expect(mapBody(pageSamples.success)).toEqual({
      code: 'WA200',
      httpStatus: 200,
      message: 'Request Processed Successfully',
      reference: '7654XXXXXXXXXX',
    });
  });

  it.each([
    ['credentialsRejected', 'CredentialsRejected'],
    ['wabaNotFound', 'WabaNotFound'],
    ['payloadRejected', 'PayloadRejected'],
    ['otpRejected', 'OtpRejected'],
    ['phoneNumberRejected', 'PhoneNumberRejected'],
    ['alreadyApproved', 'AlreadyVerified'],
    ['tryAgainLater', 'KaleyraFailed'],
  ] as const)("maps %s to %s with Kaleyra's message, under any status but 429 and 3xx", (sample, code) => {
    const body = pageSamples[sample];
    for (const status of [200, 400, 401, 404, 500, 503]) {
      expect(mapToFailure(body, { status })).toMatchObject({
        code,
        // Every password that is sent has the format.
        message: code === 'OtpRejected' ? expect.not.stringContaining('format') : body.message,
        kaleyraHttpStatus: status,
        kaleyra: { code: body.code, message: body.message },
      });
    }
  });
});

describe('mapResponse, for the other codes', () => {
  it.each([
    [otherSamples.accountNotAuthorized, 'AccountNotAuthorized'],
    [otherSamples.requestRejected, 'RequestRejected'],
    [otherSamples.insufficientBalance, 'InsufficientBalance'],
    [otherSamples.dailyLimitReached, 'DailyLimitReached'],
    [createEnvelope('WA429'), 'RateLimited'],
  ] as const)('maps %j to %s', (sample, code) => {
    expect([200, 400, 500].map((status) => getCode(sample, status))).toEqual([code, code, code]);
  });

  it.each(['WA201', 'wa200', 'WA200 ', ' WA200', 'WA2000', 'E111', '200', 'toString', '__proto__'])(
    'maps the undocumented code %j by the HTTP status',
    (code) => {
      const expected = { reason: 'undocumented_code', kaleyra: { code, message: '' } };
      const envelope = createEnvelope(code);
      expect(mapToFailure(envelope)).toMatchObject({ code: 'UnexpectedResponse', ...expected });
      expect(mapToFailure(envelope, { status: 503 })).toMatchObject({ code: 'KaleyraFailed', ...expected });
      expect(getCode(envelope, 429)).toBe('RateLimited');
    },
  );

  it('reads the digits of a code that is a number', () => {
    expect(mapToFailure({ code: 1400, message: 'm' }, { status: 400 })).toMatchObject({
      code: 'UnexpectedResponse',
      reason: 'undocumented_code',
      kaleyra: { code: '1400', message: 'm' },
    });
  });

  it('writes a detail of its own if Kaleyra sends no message', () => {
    expect(mapToFailure(createEnvelope('E110')).message).toBe(
      'Kaleyra responded with E110, without a message.',
    );
    expect(mapToFailure({ code: 'E110' }).kaleyra).toEqual({ code: 'E110', message: '' });
  });
});

describe('mapResponse, for WA400, WA401 and WA500', () => {
  it.each([
    ['WA400', { error: { payload: 'x' } }, 'PayloadRejected'],
    ['WA400', { message: 'Refer to correct payload format' }, 'PayloadRejected'],
    ['WA400', { error: { body: 'bad PAYLOAD' } }, 'PayloadRejected'],
    ['WA400', { error: { phone_number: 'x' } }, 'PhoneNumberRejected'],
    ['WA400', { error: { phone_number: 'Verification of this phone number failed' } }, 'RequestRejected'],
    ['WA400', { error: { phone_number: 'Send the code first' } }, 'RequestRejected'],
    ['WA401', { error: { error: 'No PIN for waba_id 1' } }, 'AccountNotAuthorized'],
    ['WA400', { message: 'Invalid Phone number' }, 'PhoneNumberRejected'],
    ['WA400', { error: { error: 'phone_number is wrong' } }, 'PhoneNumberRejected'],
    ['WA400', { message: 'Verification of this phone number failed' }, 'RequestRejected'],
    ['WA400', { message: 'incorrect payload for verification' }, 'PayloadRejected'],
    ['WA400', {}, 'RequestRejected'],
    ['WA401', { error: { waba_id: 'x' } }, 'WabaNotFound'],
    ['WA401', { message: 'WABA ID unknown' }, 'WabaNotFound'],
    ['WA401', { message: 'Waba_id unknown' }, 'WabaNotFound'],
    ['WA401', { message: 'WABAID unknown' }, 'WabaNotFound'],
    ['WA401', { message: 'wabaids unknown' }, 'AccountNotAuthorized'],
    ['WA401', { message: 'Unauthorized' }, 'AccountNotAuthorized'],
    ['WA401', {}, 'AccountNotAuthorized'],
    ['WA500', { error: { error: 'wa phone number already approved' } }, 'AlreadyVerified'],
    ['WA500', { error: 'wa phone number already approved' }, 'AlreadyVerified'],
    ['WA500', { error: ['wa phone number already approved'] }, 'AlreadyVerified'],
    ['WA500', { message: 'This number has already been verified' }, 'AlreadyVerified'],
    ['WA400', { message: 'Phone number already verified' }, 'AlreadyVerified'],
    ['WA400', { error: { phone_number: 'already approved' } }, 'AlreadyVerified'],
    ['WA401', { message: 'already approved' }, 'AccountNotAuthorized'],
    ['WA500', { message: 'approved' }, 'KaleyraFailed'],
    ['WA500', { data: 'already approved' }, 'KaleyraFailed'],
    ['WA500', {}, 'KaleyraFailed'],
    ['WA400', JSON.parse('{"error":{"__proto__":{"payload":"x"}}}'), 'RequestRejected'],
  ])('maps %s with %j to %s', (code, more, expected) => {
    expect(getCode(createEnvelope(code, more))).toBe(expected);
  });

  const odd = [null, undefined, [], 0, 42, true, [null, 1, {}]];
  it.each([...odd, { error: null }, { error: ['x'] }, { error: { a: 1 } }])(
    'accepts %j as error',
    (error) => {
      expect(getCode(createEnvelope('WA500', { error }))).toBe('KaleyraFailed');
      expect(getCode(createEnvelope('WA401', { error }))).toBe('AccountNotAuthorized');
      expect(getCode(createEnvelope('WA400', { error }))).toBe('RequestRejected');
    },
  );

  it('lets HTTP 429 take precedence over WA400 and WA401, not over the other codes', () => {
    const samples = { ...pageSamples, ...otherSamples };
    const codes = Object.entries(samples)
      .filter(([, { code }]) => code !== 'WA200')
      .map(([name, sample]) => [name, getCode(sample, 429)]);
    expect(Object.fromEntries(codes)).toEqual({
      credentialsRejected: 'CredentialsRejected',
      wabaNotFound: 'RateLimited',
      payloadRejected: 'RateLimited',
      otpRejected: 'OtpRejected',
      phoneNumberRejected: 'RateLimited',
      alreadyApproved: 'AlreadyVerified',
      tryAgainLater: 'KaleyraFailed',
      accountNotAuthorized: 'RateLimited',
      requestRejected: 'RateLimited',
      insufficientBalance: 'InsufficientBalance',
      dailyLimitReached: 'DailyLimitReached',
      tooManyRequests: 'RateLimited',
      unknownCode: 'RateLimited',
    });
  });

  it('reads the whole of a text, although it shows only its beginning', () => {
    expect(getCode(createEnvelope('WA500', { message: `${'x'.repeat(300)} already approved` }))).toBe(
      'AlreadyVerified',
    );
  });
});

describe('mapResponse, for a success', () => {
  it.each([200, 201, 202])('accepts WA200 with HTTP %i', (status) => {
    expect(mapBody(pageSamples.success, { status })).toMatchObject({ code: 'WA200', httpStatus: status });
  });

  it.each([
    [pageSamples.success, 400],
    [pageSamples.success, 401],
    [pageSamples.success, 429],
    [pageSamples.success, 500],
    [{ code: 'WA200', error: 'record not found' }, 200],
    [{ code: 'WA200', error: { error: ['failed'] } }, 200],
  ])('rejects %j with HTTP %i, because it contradicts itself', (body, status) => {
    expect(mapToFailure(body, { status })).toMatchObject({
      code: 'UnexpectedResponse',
      reason: 'contradictory',
      kaleyra: { code: 'WA200' },
    });
  });

  it.each([{}, [], null, '', ' ', { error: '' }, { count: 0 }])(
    'accepts WA200 with the error %j',
    (error) => {
      expect(mapBody(createEnvelope('WA200', { error }))).toHaveProperty('code', 'WA200');
    },
  );

  it.each([null, 42, {}, [], undefined])('accepts %j as message', (message) => {
    expect(mapBody({ code: 'WA200', message })).toEqual({ code: 'WA200', httpStatus: 200, message: '' });
  });

  it.each([[{}], [[]], [null], [42], [true], [['7654']], [{ id: '7654' }], [undefined]])(
    'returns no reference for the data %j',
    (data) => {
      expect(mapBody(createEnvelope('WA200', { data }))).not.toHaveProperty('reference');
    },
  );

  it('returns an empty text as reference', () => {
    expect(mapBody(createEnvelope('WA200', { data: '' }))).toHaveProperty('reference', '');
  });

  it('keeps the phone number in the reference, and in nothing else', () => {
    const body = { code: 'WA200', message: 'for 919765412345', data: '919765412345, 671242' };
    expect(mapBody(body)).toMatchObject({ message: 'for [redacted]', reference: '919765412345, [redacted]' });
  });
});

describe('mapResponse, for HTTP 401', () => {
  const texts = [{ message: 'Unauthorized' }, { error: 'Unauthorized', message: 'Missing api-key' }];
  it.each([...texts, { code: 401, message: 'Unauthorized' }, { code: 'X401' }, '', '<html>'])(
    'maps %j to AccountNotAuthorized, after which the credentials are read again',
    (body) => {
      const failure = mapToFailure(body, { status: 401 });
      expect(failure).toMatchObject({ code: 'AccountNotAuthorized', reason: 'http_401' });
    },
  );

  it('maps a documented code as under any other status', () => {
    expect(getCode(pageSamples.credentialsRejected, 401)).toBe('CredentialsRejected');
    expect(mapToFailure(otherSamples.accountNotAuthorized, { status: 401 }).reason).toBeUndefined();
  });
});

describe('mapResponse, for a text that is only in error', () => {
  it.each([
    ['WA400', { error: 'Invalid OTP entered' }, 'OtpRejected', 'Invalid OTP entered'],
    ['WA400', { message: null, error: { otp: 'is incorrect' } }, 'OtpRejected', 'is incorrect'],
    ['WA401', { error: 'Unauthorized' }, 'AccountNotAuthorized', 'Unauthorized'],
    ['WA400', { message: 7, error: { a: ['first'], b: 'second' } }, 'RequestRejected', 'first'],
    ['WA400', { error: { a: 'key fake-api-key-of-acme' } }, 'RequestRejected', 'key [redacted]'],
  ])("takes Kaleyra's message from %s with %j", (code, more, expected, message) => {
    expect(mapToFailure({ code, ...more })).toMatchObject({
      code: expected,
      message,
      kaleyra: { code, message },
    });
  });
});

describe('mapResponse, for secrets in an envelope', () => {
  it('redacts the message and the code', () => {
    const failure = mapToFailure({
      code: 'fake-api-key-of-acme',
      message: 'OTP 671242',
      error: { otp: '671242' },
    });
    expect(failure.kaleyra).toEqual({ code: '[redacted]', message: 'OTP [redacted]' });
    expect(failure.message).toBe('OTP [redacted]');
  });

  it('maps the code before it redacts it', () => {
    const response = createResponse(pageSamples.otpRejected);
    expect(() => mapResponse(response, { ...sampleSecrets, apiKey: 'A' })).toThrow(
      expect.objectContaining({
        code: 'OtpRejected',
        kaleyra: expect.objectContaining({ code: 'W[redacted]400' }),
      }),
    );
  });
});

describe('mapResponse, for texts and keys about the password', () => {
  const mentions = [
    { error: { otp: 'x' } },
    { error: { otp_code: 'x' } },
    { error: { invalidOtp: 'x' } },
    { error: { details: [{ otp: 'x' }] } },
    { message: 'incorrect otp' },
    { message: 'Incorrect OTPs' },
    { error: { payload: 'Incorrect OTP format' } },
    { error: { phone_number: 'OTP does not match this phone number' } },
    { error: { waba_id: 'otp' } },
    { error: 'OTP' },
    { error: ['OTP'] },
    { error: { errors: [{ text: 'OTP' }] } },
    { data: 'Wrong OTP' },
    { data: { reason: 'Wrong OTP' } },
    { error: { error: 'The One-Time Password has expired' } },
    { error: { error: 'one time pin' } },
    { error: { error: 'Invalid verification code' } },
    { error: { error: 'PASSCODE' } },
    { error: { error: 'pass_word' } },
    { error: { error: 'onetime code' } },
    { error: { error: 'one-timepin' } },
    { error: { error: 'verificationcode' } },
    { error: { error: 'Verify code error' } },
    { message: 'Verify code error', error: { code: '136025' } },
    { message: 'The code you entered is incorrect' },
    { message: 'Invalid code.' },
    { message: 'invalid PIN' },
    { message: 'Code has expired' },
    { message: 'Expired code, country code 91' },
    { error: { code: 'is wrong' } },
    { error: { verify_pin: 'does not match' } },
    { message: 'code mismatch' },
  ];

  it.each(mentions)('maps WA400, WA401 and WA500 with %j to OtpRejected, under any status', (more) => {
    for (const code of ['WA400', 'WA401', 'WA500']) {
      for (const status of [200, 302, 400, 401, 429, 500, 503]) {
        expect(getCode(createEnvelope(code, more), status)).toBe('OtpRejected');
      }
    }
  });

  it.each(mentions)('never maps an undocumented code with %j to RateLimited', (more) => {
    expect(getCode(createEnvelope('WA999', more), 429)).toBe('UnexpectedResponse');
  });

  it.each([
    { message: 'No option left' },
    { message: 'hotplate' },
    { data: { otp: 'x' } },
    { message: '671242' },
    { message: 'Invalid country code' },
    { message: 'Error code: 7' },
    { message: 'status code is invalid' },
    { message: 'Invalid parameter (code 100)' },
    { error: { error_code: 'INVALID' } },
    { message: 'wrong decoder, encoding invalid' },
    { message: 'invalid field; code omitted' },
  ])('does not take %j for a text about it', (more) => {
    expect(getCode(createEnvelope('WA400', more))).toBe('RequestRejected');
    expect(getCode(createEnvelope('WA500', more))).toBe('KaleyraFailed');
  });

  it("maps WA500 'already approved' to AlreadyVerified, whatever else it mentions", () => {
    const envelope = createEnvelope('WA500', { message: 'Already Approved, no OTP is needed' });
    expect(getCode(envelope)).toBe('AlreadyVerified');
    expect(getCode(envelope, 429)).toBe('AlreadyVerified');
    expect(getCode({ ...envelope, code: 'WA400' })).toBe('AlreadyVerified');
  });
});
