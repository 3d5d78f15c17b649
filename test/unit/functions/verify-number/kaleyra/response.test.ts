import { describe, expect, it } from '@jest/globals';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import {
  isPayloadRejected,
  type KaleyraResponse,
  readAnswer,
  type Secrets,
} from '../../../../../functions/verify-number/kaleyra/response.ts';
import { otherSamples, pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';

const answered = (body: unknown, facts: Partial<KaleyraResponse> = {}): KaleyraResponse => ({
  status: 200,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  ...facts,
});

const secrets: Secrets = { apiKey: 'fake-api-key-of-acme', otp: '671242', phone_number: '+919765412345' };

const failureOf = (answer: KaleyraResponse, given: Secrets = secrets): Failure => {
  try {
    readAnswer(answer, given);
  } catch (failure) {
    return failure as Failure;
  }
  throw new Error('the answer was taken for a success');
};

const codeOf = (body: unknown, facts: Partial<KaleyraResponse> = {}) => failureOf(answered(body, facts)).code;

const envelope = (code: unknown, more: object = {}) => ({ code, message: '', data: {}, error: {}, ...more });

describe("the samples of the vendor's page", () => {
  it('of success is an acceptance, with its data as reference', () => {
    expect(readAnswer(answered(pageSamples.success), secrets)).toEqual({
      code: 'WA200',
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
    ['tryAgainLater', 'KaleyraUnavailable'],
  ] as const)("of %s is %s, in Kaleyra's own words, whatever the status", (sample, code) => {
    const body = pageSamples[sample];
    for (const status of [200, 400, 401, 404, 429, 500, 503]) {
      const failure = failureOf(answered(body, { status }));
      expect(failure).toMatchObject({
        code,
        message: body.message,
        kaleyra: { code: body.code, message: body.message },
      });
    }
  });
});

describe('the codes of other pages', () => {
  it.each([
    ['accountNotAuthorized', 'AccountNotAuthorized'],
    ['requestRejected', 'RequestRejected'],
    ['insufficientBalance', 'InsufficientBalance'],
    ['dailyLimitReached', 'DailyLimitReached'],
    ['unknownCode', 'UnexpectedResponse'],
  ] as const)('%s is %s', (sample, code) => {
    expect(codeOf(otherSamples[sample])).toBe(code);
    expect(codeOf(otherSamples[sample], { status: 500 })).toBe(code);
  });

  it.each(['WA201', 'wa200', 'WA200 ', ' WA200', 'WA2000', 'E111', '200', 'toString', '__proto__'])(
    'none is %j',
    (code) => {
      expect(codeOf(envelope(code))).toBe('UnexpectedResponse');
      expect(codeOf(envelope(code), { status: 503 })).toBe('UnexpectedResponse');
      expect(codeOf(envelope(code), { status: 429 })).toBe('RateLimited');
      expect(failureOf(answered(envelope(code))).kaleyra).toEqual({ code: code, message: '' });
    },
  );

  it('speak in a detail of ours where there is no message', () => {
    expect(failureOf(answered(envelope('E110'))).message).toBe('Kaleyra answered E110.');
    expect(failureOf(answered({ code: 'E110' })).kaleyra).toEqual({ code: 'E110', message: '' });
  });
});

describe('WA400, WA401 and WA500, whose texts tell what is meant', () => {
  it.each([
    ['WA400', { error: { payload: 'x' } }, 'PayloadRejected'],
    ['WA400', { error: { payload: 'Incorrect OTP format' } }, 'PayloadRejected'],
    ['WA400', { message: 'Refer to correct payload format' }, 'PayloadRejected'],
    ['WA400', { error: { body: 'bad PAYLOAD' } }, 'PayloadRejected'],
    ['WA400', { error: { otp: 'x' } }, 'OtpRejected'],
    ['WA400', { message: 'incorrect otp' }, 'OtpRejected'],
    ['WA400', { error: { error: 'The One-Time Password has expired' } }, 'OtpRejected'],
    ['WA400', { error: { error: 'one time password' } }, 'OtpRejected'],
    ['WA400', { message: 'No option left' }, 'RequestRejected'],
    ['WA400', { error: { phone_number: 'x' } }, 'PhoneNumberRejected'],
    ['WA400', { error: { phone_number: 'OTP was not sent to it' } }, 'PhoneNumberRejected'],
    ['WA400', { message: 'Invalid Phone number' }, 'PhoneNumberRejected'],
    ['WA400', { error: { error: 'phone_number is wrong' } }, 'PhoneNumberRejected'],
    ['WA400', { error: { error: 'OTP was not sent to this phone number' } }, 'OtpRejected'],
    ['WA400', {}, 'RequestRejected'],
    ['WA401', { error: { waba_id: 'x' } }, 'WabaNotFound'],
    ['WA401', { message: 'WABA ID unknown' }, 'WabaNotFound'],
    ['WA401', { message: 'Waba_id unknown' }, 'WabaNotFound'],
    ['WA401', { message: 'WABAID unknown' }, 'WabaNotFound'],
    ['WA401', { message: 'wabaids unknown' }, 'AccountNotAuthorized'],
    ['WA401', { message: 'Unauthorized' }, 'AccountNotAuthorized'],
    ['WA401', {}, 'AccountNotAuthorized'],
    ['WA500', { error: { error: 'wa phone number already approved' } }, 'AlreadyVerified'],
    ['WA500', { message: 'Already Approved' }, 'AlreadyVerified'],
    ['WA500', { message: 'approved' }, 'KaleyraUnavailable'],
    ['WA500', {}, 'KaleyraUnavailable'],
  ])('%s with %j is %s', (code, more, expected) => {
    expect(codeOf(envelope(code, more))).toBe(expected);
  });

  it.each([
    ['a text', 'wa phone number already approved'],
    ['a list of texts', ['wa phone number already approved']],
  ])('are read where error is %s', (_name, error) => {
    expect(codeOf(envelope('WA500', { error }))).toBe('AlreadyVerified');
  });

  it.each([
    null,
    undefined,
    [],
    0,
    42,
    true,
    [null, 1, {}],
    { error: null },
    { error: ['x'] },
    { error: { a: 1 } },
  ])('are read where error is %j', (error) => {
    expect(codeOf(envelope('WA500', { error }))).toBe('KaleyraUnavailable');
    expect(codeOf(envelope('WA401', { error }))).toBe('AccountNotAuthorized');
    expect(codeOf(envelope('WA400', { error }))).toBe('RequestRejected');
  });

  it('are not read off what is inherited', () => {
    expect(codeOf('{"code":"WA400","message":"","error":{"__proto__":{"payload":"x"}}}')).toBe(
      'RequestRejected',
    );
  });
});

describe('data', () => {
  it.each([[{}], [[]], [null], [42], [true], [['7654']], [{ id: '7654' }], [undefined]])(
    'that is %j is no reference',
    (data) => {
      expect(readAnswer(answered(envelope('WA200', { data })), secrets)).toEqual({
        code: 'WA200',
        message: '',
      });
    },
  );

  it('that is an empty text is a reference', () => {
    expect(readAnswer(answered(envelope('WA200', { data: '' })), secrets)).toHaveProperty('reference', '');
  });
});

describe('a success', () => {
  it.each([200, 201, 202, 400, 404, 429, 500, 503])('is one by its code, with HTTP %i', (status) => {
    expect(readAnswer(answered(pageSamples.success, { status }), secrets)).toHaveProperty('code', 'WA200');
  });

  it.each([null, 42, {}, [], undefined])('with a message of %j has none', (message) => {
    expect(readAnswer(answered({ code: 'WA200', message }), secrets)).toEqual({ code: 'WA200', message: '' });
  });
});

describe('a redirect', () => {
  it.each([300, 301, 302, 303, 304, 307, 308, 399])(
    'is unexpected, with HTTP %i, even around an envelope',
    (status) => {
      const failure = failureOf(answered(pageSamples.success, { status }));
      expect(failure).toMatchObject({
        code: 'UnexpectedResponse',
        message: `Kaleyra answered with a redirect (HTTP ${status}), which is not followed.`,
      });
      expect(failure.kaleyra).toBeUndefined();
    },
  );
});

describe('a body that is no envelope', () => {
  const bodies = [
    '',
    ' ',
    'null',
    '42',
    'true',
    '"WA200"',
    '[]',
    '["WA200"]',
    '[{"code":"WA200"}]',
    '{}',
    '{"code":null}',
    '{"code":200}',
    '{"code":""}',
    '{"code":["WA200"]}',
    '{"code":{"code":"WA200"}}',
    '{"Code":"WA200"}',
    '{"__proto__":{"code":"WA200"}}',
    '{"code":"WA200"',
    '{"code":"WA200"}{"code":"WA200"}',
    '<html><body>code: WA200</body></html>',
    'code=WA200',
    'WA200',
    '\u0000',
  ];

  it.each(bodies)('%j is judged by the status', (body) => {
    for (const status of [200, 204, 400, 401, 404, 428, 430, 499, 0]) {
      expect(failureOf(answered(body, { status }))).toMatchObject({
        code: 'UnexpectedResponse',
        message: `Kaleyra's answer (HTTP ${status}) is not in its documented form.`,
      });
    }
    expect(failureOf(answered(body, { status: 429 }))).toMatchObject({
      code: 'RateLimited',
      message: 'Kaleyra limits the rate of requests (HTTP 429).',
    });
    for (const status of [500, 502, 503, 504, 599]) {
      expect(failureOf(answered(body, { status }))).toMatchObject({
        code: 'KaleyraUnavailable',
        message: `Kaleyra failed (HTTP ${status}).`,
      });
    }
  });

  it('is passed on to nobody', () => {
    const failure = failureOf(answered('<html>fake-api-key-of-acme</html>', { status: 502 }));
    expect(failure.kaleyra).toBeUndefined();
    expect(`${failure.message}${failure.stack}${failure.cause}`).not.toContain('fake-api-key');
  });

  it('may be as deep as 64 KiB make it', () => {
    expect(codeOf('['.repeat(65_536))).toBe('UnexpectedResponse');
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expect(codeOf(deep)).toBe('UnexpectedResponse');
    expect(codeOf(`{"code":"WA500","error":{"error":${deep}}}`)).toBe('KaleyraUnavailable');
    expect(codeOf(`{"code":"WA500","error":${deep}}`)).toBe('KaleyraUnavailable');
  });

  it('may be bytes of no meaning, such as gzip that nobody asked for', () => {
    const body = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe]);
    expect(codeOf('', { body })).toBe('UnexpectedResponse');
    expect(codeOf('', { body, status: 503 })).toBe('KaleyraUnavailable');
  });
});

describe('Retry-After', () => {
  const secondsOf = (retryAfter: string | undefined, status = 429) =>
    failureOf(answered('', { status, retryAfter })).retryAfterSeconds;

  it.each([
    ['0', 0],
    ['7', 7],
    ['120', 120],
    ['999999999', 999_999_999],
  ])('of %s is passed on', (retryAfter, seconds) => {
    expect(secondsOf(retryAfter)).toBe(seconds);
    expect(secondsOf(retryAfter, 503)).toBe(seconds);
  });

  it('as a date becomes seconds, none below 0', () => {
    const inAMinute = secondsOf(new Date(Date.now() + 60_000).toUTCString());
    expect(inAMinute).toBeGreaterThan(0);
    expect(inAMinute).toBeLessThanOrEqual(60);
    expect(secondsOf('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  });

  it.each([
    undefined,
    '',
    ' ',
    '-1',
    '1.5',
    '7s',
    '1e3',
    '1'.repeat(10),
    'soon',
    'GMT',
    'Wed, 21 Oct 2037 07:28:00 GMT+0100',
    '7 GMT\r\nx: y',
    '2015-10-21',
    '٧',
  ])("of %j gives the catalogue's", (retryAfter) => {
    expect(secondsOf(retryAfter)).toBe(10);
    expect(secondsOf(retryAfter, 503)).toBe(60);
  });

  it('goes with an envelope too, where trying again helps', () => {
    const facts = { retryAfter: '7', status: 429 };
    expect(failureOf(answered(pageSamples.tryAgainLater, facts)).retryAfterSeconds).toBe(7);
    expect(failureOf(answered(otherSamples.unknownCode, facts)).retryAfterSeconds).toBe(7);
    expect(failureOf(answered(otherSamples.dailyLimitReached, facts)).retryAfterSeconds).toBeUndefined();
  });
});

describe("Kaleyra's texts", () => {
  const shown = (text: string) => {
    const body = { code: 'E110', message: text, error: { error: text } };
    const { message, kaleyra } = failureOf(answered(body));
    expect(kaleyra?.message).toBe(message);
    return message;
  };

  it.each([
    ['OTP 671242 is wrong', 'OTP [redacted] is wrong'],
    ['671242', '[redacted]'],
    ['(671242)(671242)', '([redacted])([redacted])'],
    ['x671242y', 'x[redacted]y'],
    ['key fake-api-key-of-acme, OTP 671242', 'key [redacted], OTP [redacted]'],
    ['Xfake-api-key-of-acme9', 'X[redacted]9'],
    ['9fake-api-key-of-acmeX', '9[redacted]X'],
    ['id 678671242654', 'id 678671242654'],
    ['6712420', '6712420'],
    ['1671242', '1671242'],
    ['OTP 671 242 or 671-242', 'OTP [redacted] or [redacted]'],
    ['671242.', '[redacted].'],
    ['at 6:71:24:2', 'at [redacted]'],
    ['671242 +919765412345', '[redacted] [redacted]'],
    ['+919765412345 is known', '[redacted] is known'],
    ['number 919765412345', 'number [redacted]'],
    ['0919765412345', '[redacted]'],
    ['9765412345 is already approved', '[redacted] is already approved'],
    ['+91 97654 12345, +91 (97654) 12345', '[redacted], [redacted]'],
    ['54-12-345', '[redacted]'],
    ['9197654123456', '9197654123456'],
    ['412345', '412345'],
    ['fine', 'fine'],
  ])('%j is shown as %j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each(['fake-key-1', '1-fake-key', '1fake1'])('hide %s, digits beside it or not', (secret) => {
    const body = { code: 'E110', message: `key 9${secret}9` };
    expect(failureOf(answered(body), { ...secrets, apiKey: secret }).message).toBe('key 9[redacted]9');
  });

  it('may hold the number where they are the reference of a success', () => {
    const body = { code: 'WA200', message: 'for 919765412345', data: '919765412345' };
    expect(readAnswer(answered(body), secrets)).toMatchObject({
      message: 'for [redacted]',
      reference: '919765412345',
    });
  });

  it('may hold a secret in the code or in the data as well', () => {
    expect(readAnswer(answered({ code: 'WA200', message: 'm', data: '671242' }), secrets)).toHaveProperty(
      'reference',
      '[redacted]',
    );
    const { kaleyra } = failureOf(answered(envelope('fake-api-key-of-acme')));
    expect(kaleyra?.code).toBe('[redacted]');
  });

  it.each([
    ['a\r\nb', 'a b'],
    ['a\u001b[31mb', 'a [31mb'],
    ['a\u0000\u0007\u009bb', 'a b'],
    ['a\u202eb', 'a b'],
    ['a\u200bb', 'a b'],
    ['a\u2028\u2029b', 'a b'],
    ['{"level":"INFO"}\n{"code":"Verified"}', '{"level":"INFO"} {"code":"Verified"}'],
    ['671\u200b242', '[redacted]'],
    ['\ud800', '\ufffd'],
    ['grüße, नमस्ते 👋', 'grüße, नमस्ते 👋'],
  ])('%j is shown as %j, on one line', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('are cut off, and a secret at the cut is gone before', () => {
    expect(shown('x'.repeat(300))).toBe('x'.repeat(256));
    expect(shown(`${'x'.repeat(250)}fake-api-key-of-acme`)).toBe(`${'x'.repeat(250)}[redac`);
    expect(shown(`${'x'.repeat(255)}👋`)).toBe(`${'x'.repeat(255)}\ufffd`);
  });
});

describe('what may have been done', () => {
  it.each([500, 502, 504])('is left open by HTTP %i without the envelope', (status) => {
    expect(failureOf(answered('<html>', { status }))).toMatchObject({
      code: 'KaleyraUnavailable',
      mayBeDone: true,
    });
  });

  it.each([
    ["Kaleyra's own word", answered(pageSamples.tryAgainLater, { status: 500 })],
    ['HTTP 429', answered('', { status: 429 })],
  ])('is not by %s', (_name, answer) => {
    expect(failureOf(answer)).not.toHaveProperty('mayBeDone');
  });
});

describe('the code', () => {
  it('goes by all of a text, however little of it is shown', () => {
    const body = { code: 'WA500', message: `${'x'.repeat(300)} already approved` };
    expect(failureOf(answered(body)).code).toBe('AlreadyVerified');
  });

  it('is read before a secret that stands in it is hidden', () => {
    const given = { ...secrets, apiKey: 'A' };
    expect(readAnswer(answered(pageSamples.success), given)).toHaveProperty('code', 'WA200');
    expect(failureOf(answered(pageSamples.otpRejected), given)).toMatchObject({
      code: 'OtpRejected',
      kaleyra: { code: 'W[redacted]400' },
    });
  });
});

describe('a rejected payload', () => {
  it('is told from every other failure', () => {
    expect(isPayloadRejected(failureOf(answered(pageSamples.payloadRejected)))).toBe(true);
    expect(isPayloadRejected(failureOf(answered(pageSamples.otpRejected)))).toBe(false);
    expect(isPayloadRejected({ code: 'PayloadRejected' })).toBe(false);
    expect(isPayloadRejected(undefined)).toBe(false);
  });
});
