import { describe, expect, it } from '@jest/globals';
import { createEnvelope, mapToFailure } from '../../../../support/kaleyra-responses.ts';

const getCode = (body: unknown, status = 200) => mapToFailure(body, { status }).code;

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
