import { describe, expect, it } from '@jest/globals';
import { Failure, failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import type { Report } from '../../../../../functions/verify-number/core/verify-number.ts';
import { toRequestEvent } from '../../../../../functions/verify-number/telemetry/request-event.ts';
import { sampleCommand } from '../../../../support/events.ts';

const { number } = sampleCommand;
const verified: Report = {
  result: { status: 'verified', ...number, message: 'm' },
  steps: [
    { name: 'credentials', source: 'cached', startedAt: 0, durationMs: 1 },
    { name: 'credentials', source: 'read', startedAt: 1, durationMs: 0.23456 },
    { name: 'exchange', idForm: 'number', startedAt: 2, durationMs: 7.891 },
  ],
  kaleyra: { code: 'WA200', httpStatus: 200 },
};

const request = {
  timestamp: new Date('2026-11-24T17:00:00.500Z'),
  requestId: 'r-1',
  functionVersion: '7',
  channel: 'http',
  number,
  report: verified,
  pod: 'IN',
  totalMs: 9.876543,
  coldStart: false,
} as const;

const failed = (failure: Failure): Report => ({ result: failure, steps: [] });

describe('toRequestEvent', () => {
  it('returns exactly the allowed fields for a verified number', () => {
    expect(toRequestEvent(request)).toEqual({
      timestamp: '2026-11-24T17:00:00.500Z',
      level: 'INFO',
      message: 'request',
      request_id: 'r-1',
      function_version: '7',
      channel: 'http',
      outcome: 'Verified',
      tenant_id: 'acme',
      waba_id: '109012345678901',
      phone_number_id: '678997654123456',
      phone_number: '+********2345',
      pod: 'IN',
      kaleyra_code: 'WA200',
      kaleyra_http_status: 200,
      secrets_manager_ms: 1.23,
      kaleyra_ms: 7.89,
      total_ms: 9.88,
      cold_start: false,
    });
  });

  it("has a failure's code, reason and Kaleyra's code and HTTP status, but no text", () => {
    const failure = new Failure('OtpRejected', 'Incorrect OTP format', {
      kaleyra: { code: 'WA400', message: 'Incorrect OTP format' },
      kaleyraHttpStatus: 401,
      reason: 'a_reason',
    });
    const event = toRequestEvent({ ...request, report: failed(failure), channel: 'direct' });
    expect(event).toMatchObject({
      channel: 'direct',
      outcome: 'OtpRejected',
      kaleyra_code: 'WA400',
      kaleyra_http_status: 401,
      reason: 'a_reason',
      secrets_manager_ms: 0,
      kaleyra_ms: 0,
    });
    expect(JSON.stringify(event)).not.toContain('Incorrect');
  });

  it('has the timing and the error of attempts only if they are counted', () => {
    const counted = toRequestEvent({
      ...request,
      report: {
        ...verified,
        steps: [{ name: 'attempts', action: 'take', startedAt: 0, durationMs: 2.345 }],
        attemptsError: 'TimeoutError',
      },
    });
    expect(counted).toMatchObject({ attempts_ms: 2.35, attempts_error: 'TimeoutError' });
    const notCounted = toRequestEvent(request);
    expect(notCounted).not.toHaveProperty('attempts_ms');
    expect(notCounted).not.toHaveProperty('attempts_error');
  });

  it('has nothing of a request that could not be parsed, and of a Kaleyra that did not respond', () => {
    const report = failed(new Failure('RequestInvalid', 'd'));
    const names = Object.keys(toRequestEvent({ ...request, number: undefined, report }));
    const absent = [
      'tenant_id',
      'waba_id',
      'phone_number_id',
      'phone_number',
      'kaleyra_code',
      'kaleyra_http_status',
    ];
    expect(names.filter((name) => absent.includes(name))).toEqual([]);
  });

  it.each([
    ['+1234567', '+***4567'],
    ['+123456789012345', '+***********2345'],
  ])('masks %s as %s', (phone_number, masked) => {
    const event = toRequestEvent({ ...request, number: { ...number, phone_number } });
    expect(event.phone_number).toBe(masked);
  });

  it.each(failureCodes)('has a level for %s that follows its HTTP status', (code) => {
    const failure = new Failure(code, 'd');
    const { level } = toRequestEvent({ ...request, report: failed(failure) });
    const isOurs = ['CredentialsMisconfigured', 'InternalError', 'OutcomeUnknown'].includes(code);
    expect(level).toBe(
      isOurs || /Unavailable|KaleyraFailed|UnexpectedResponse|CredentialsRejected|PayloadRejected/.test(code)
        ? 'ERROR'
        : 'INFO',
    );
  });

  it.each(failureCodes.filter((code) => code !== 'InternalError'))('has no stack frames for %s', (code) => {
    const failure = new Failure(code, 'd', { defect: new Error('cause') });
    expect(toRequestEvent({ ...request, report: failed(failure) })).not.toHaveProperty('defect');
  });
});

describe('the stack frames of a defect', () => {
  const getDefect = (defect: unknown) =>
    toRequestEvent({ ...request, report: failed(new Failure('InternalError', 'd', { defect })) }).defect;

  it('follow the type of the error', () => {
    const [type, ...frames] = getDefect(new TypeError('x is not a function')) ?? [];
    expect(type).toBe('TypeError');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames[0]).toContain('request-event.test.ts');
    for (const frame of frames) expect(frame).toMatch(/^at /);
  });

  it.each([
    'the password is 671242',
    'one line\nthe password is 671242',
    'Unexpected token in JSON: "\n    at 671242 (671242:1:1)\n    at Object.<anonymous> (671242.ts:1:1)"',
    '    at 671242',
  ])('never contain the message %j', (message) => {
    const defect = getDefect(new SyntaxError(message)) ?? [];
    expect(defect[0]).toBe('SyntaxError');
    expect(defect.length).toBeGreaterThan(1);
    expect(defect.join('\n')).not.toContain('671242');
  });

  it('are read from a stack that starts with the message itself', () => {
    const error = Object.assign(new Error('m'), { stack: 'm\n    at f (x.ts:1:1)' });
    expect(getDefect(error)).toEqual(['Error', 'at f (x.ts:1:1)']);
  });

  it('are absent if the message was changed after the stack was captured', () => {
    const error = new Error('the password is\n    at 671242 (671242:1:1)');
    expect(error.stack).toContain('671242');
    error.message = 'another';
    expect(getDefect(error)).toEqual(['Error']);
  });

  it('are present for an error without a name', () => {
    class Nameless extends Error {}
    Nameless.prototype.name = '';
    const [type, ...frames] = getDefect(new Nameless('671242')) ?? [];
    expect(type).toBe('Nameless');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.join()).not.toContain('671242');
  });

  it('are absent for an error without a stack', () => {
    const error = new RangeError('671242');
    delete error.stack;
    expect(getDefect(error)).toEqual(['RangeError']);
  });

  it.each([
    ['671242', 'string'],
    [671242, 'number'],
    [undefined, 'undefined'],
    [null, 'object'],
    [{ otp: '671242' }, 'object'],
  ])('are only the type of %j, which is not an error', (thrown, type) => {
    expect(getDefect(thrown)).toEqual([type]);
  });
});
