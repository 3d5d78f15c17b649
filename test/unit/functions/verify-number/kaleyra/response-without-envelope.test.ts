import { describe, expect, it, jest } from '@jest/globals';
import { otherSamples, pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import { mapBody, mapToFailure } from '../../../../support/kaleyra-responses.ts';

const notObjects = ['', ' ', 'null', '42', 'true', '"WA200"', '[]', '["WA200"]', '[{"code":"WA200"}]'];
const noCode = [
  '{}',
  '{"code":null}',
  '{"code":""}',
  '{"code":["WA200"]}',
  '{"code":{"code":"WA200"}}',
  '{"Code":"WA200"}',
];
const hidden = ['{"__proto__":{"code":"WA200"}}', '\ufeff\ufeff{"code":"WA200"}'];
const notJson = [
  '{"code":"WA200"',
  '{"code":"WA200"}{"code":"WA200"}',
  '<html>code: WA200</html>',
  'WA200',
  '\u0000',
];
const bodies = [...notObjects, ...noCode, ...hidden, ...notJson];

describe('mapResponse, for a body that is not an envelope', () => {
  const unexpected = 'does not have the documented format. The number may be verified.';
  it.each<[number, string, string]>([
    ...[200, 204, 400, 403, 404, 428, 430, 499, 0].map((status): [number, string, string] => [
      status,
      'UnexpectedResponse',
      `Kaleyra's response (HTTP ${status}) ${unexpected}`,
    ]),
    [429, 'RateLimited', 'Kaleyra limits the rate of requests (HTTP 429). Try again later.'],
    ...[500, 502, 599].map((status): [number, string, string] => [
      status,
      'KaleyraFailed',
      `Kaleyra failed (HTTP ${status}). The number may be verified. Try again later.`,
    ]),
  ])('maps HTTP %i to %s', (status, code, message) => {
    for (const body of bodies) {
      const expected = { code, reason: 'not_an_envelope', kaleyraHttpStatus: status, message };
      expect(mapToFailure(body, { status })).toMatchObject(expected);
    }
  });

  it('does not pass the body on', () => {
    const failure = mapToFailure('<html>fake-api-key-of-acme</html>', { status: 502 });
    expect(failure.kaleyra).toBeUndefined();
    expect(`${failure.message}${failure.stack}${failure.cause}`).not.toContain('fake-api-key');
  });

  it('accepts the deepest nesting that 64 KiB allow', () => {
    expect(mapToFailure('['.repeat(65_536)).code).toBe('UnexpectedResponse');
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expect(mapToFailure(deep).code).toBe('UnexpectedResponse');
    expect(mapToFailure(`{"code":"WA500","error":{"error":${deep}}}`).code).toBe('KaleyraFailed');
    expect(mapToFailure(`{"code":"WA500","error":${deep}}`).code).toBe('KaleyraFailed');
  });

  it('accepts bytes that are not text, such as gzip', () => {
    const body = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe]);
    expect(mapToFailure(body).code).toBe('UnexpectedResponse');
    expect(mapToFailure(body, { status: 503 }).code).toBe('KaleyraFailed');
  });
});

describe('mapResponse, for a byte order mark', () => {
  it('skips it before an envelope', () => {
    expect(mapBody(`\ufeff${JSON.stringify(pageSamples.success)}`)).toHaveProperty('code', 'WA200');
    expect(mapToFailure(`\ufeff${JSON.stringify(pageSamples.otpRejected)}`).code).toBe('OtpRejected');
  });
});

describe('mapResponse, for a redirect', () => {
  it.each([300, 301, 302, 303, 304, 307, 308, 399])(
    'maps HTTP %i to UnexpectedResponse, with any body',
    (status) => {
      for (const body of [
        JSON.stringify(pageSamples.success),
        JSON.stringify(pageSamples.alreadyApproved),
        '',
        '{"c',
      ]) {
        const failure = mapToFailure(body, { status, endsWithConnection: true });
        expect(failure).toMatchObject({
          code: 'UnexpectedResponse',
          reason: 'redirect',
          kaleyraHttpStatus: status,
          message: `Kaleyra responded with a redirect (HTTP ${status}), which is not followed. The number may be verified.`,
        });
        expect(failure.kaleyra).toBeUndefined();
      }
    },
  );
});

describe('mapResponse, for a response without a declared length', () => {
  const whole = JSON.stringify(pageSamples.success);

  it('maps every proper beginning of an envelope to OutcomeUnknown', () => {
    for (let length = 1; length < whole.length; length += 1) {
      expect(mapToFailure(whole.slice(0, length), { endsWithConnection: true })).toMatchObject({
        code: 'OutcomeUnknown',
        reason: 'response_cut_short',
        kaleyraHttpStatus: 200,
        message:
          'Kaleyra did not return a complete response (response_cut_short). The number may be verified. Send the request again.',
      });
    }
    expect(mapBody(whole, { endsWithConnection: true })).toHaveProperty('code', 'WA200');
  });

  it.each([200, 400, 401, 429, 500, 503])('does so with HTTP %i', (status) => {
    expect(mapToFailure('\ufeff {"code":"WA4', { status, endsWithConnection: true }).code).toBe(
      'OutcomeUnknown',
    );
    expect(mapToFailure('{"code":"WA4', { status }).code).not.toBe('OutcomeUnknown');
  });

  it('maps an empty success to OutcomeUnknown, and other empty responses by their status', () => {
    const getCode = (status: number) => mapToFailure('', { status, endsWithConnection: true }).code;
    expect([200, 299, 400, 403, 429, 503].map(getCode)).toEqual([
      'OutcomeUnknown',
      'OutcomeUnknown',
      'UnexpectedResponse',
      'UnexpectedResponse',
      'RateLimited',
      'KaleyraFailed',
    ]);
  });

  it('maps a body that does not begin as an envelope by the status', () => {
    const getCode = (body: string, status: number) =>
      mapToFailure(body, { status, endsWithConnection: true }).code;
    expect(getCode('<html>', 200)).toBe('UnexpectedResponse');
    expect(getCode('<html>', 502)).toBe('KaleyraFailed');
    expect(getCode('{}', 200)).toBe('UnexpectedResponse');
  });
});

describe('mapResponse, for Retry-After', () => {
  const getSeconds = (retryAfter: string | undefined, status = 429) =>
    mapToFailure('', { status, retryAfter }).retryAfterSeconds;

  it.each([
    ['0', 0],
    ['7', 7],
    ['0007', 7],
    ['86400', 86_400],
    ['86401', 86_400],
    ['9'.repeat(400), 86_400],
  ])('passes %s on as %i', (retryAfter, seconds) => {
    expect(getSeconds(retryAfter)).toBe(seconds);
    expect(getSeconds(retryAfter, 503)).toBe(seconds);
  });

  it('converts a date to seconds from 0 to 86,400', () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-12-01T10:00:00.500Z'));
    expect(getSeconds('Tue, 01 Dec 2026 10:01:00 GMT')).toBe(60);
    expect(getSeconds('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
    expect(getSeconds('Wed, 21 Oct 2099 07:28:00 GMT')).toBe(86_400);
    now.mockRestore();
  });

  const notSeconds = [undefined, '', ' ', '-1', '1.5', '7s', '1e3', 'soon', '٧'];
  const notDates = [
    'GMT',
    ' GMT',
    'soon GMT',
    'Wed, 21 Oct 2037 07:28:00 GMT+0100',
    '7 GMT\r\nx: y',
    '2015-10-21',
  ];
  it.each([...notSeconds, ...notDates])("replaces %j by the catalogue's value", (retryAfter) => {
    expect(getSeconds(retryAfter)).toBe(10);
    expect(getSeconds(retryAfter, 503)).toBe(60);
  });

  it('ignores it for failures that are not retryable', () => {
    const facts = { retryAfter: '7', status: 429 };
    expect(mapToFailure(JSON.stringify(pageSamples.tryAgainLater), facts).retryAfterSeconds).toBe(7);
    expect(mapToFailure(JSON.stringify(otherSamples.unknownCode), facts).retryAfterSeconds).toBe(7);
    expect(
      mapToFailure(JSON.stringify(otherSamples.dailyLimitReached), facts).retryAfterSeconds,
    ).toBeUndefined();
    expect(mapToFailure('', { retryAfter: '7', status: 403 }).retryAfterSeconds).toBeUndefined();
  });
});
