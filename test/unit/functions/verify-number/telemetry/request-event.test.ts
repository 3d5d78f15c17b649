import { describe, expect, it } from '@jest/globals';
import { Failure, failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import {
  beginTrace,
  timed,
  toRecord,
} from '../../../../../functions/verify-number/telemetry/request-event.ts';
import { sampleCommand } from '../../../../support/events.ts';

const trace = { startedAt: performance.now(), coldStart: false, secretsManagerMs: 1.23456, kaleyraMs: 7.891 };

describe('a trace', () => {
  it('knows the first request of a process, and nothing has taken time yet', () => {
    const first = beginTrace();
    expect(first).toMatchObject({ coldStart: true, secretsManagerMs: 0, kaleyraMs: 0 });
    expect(beginTrace().coldStart).toBe(false);
    expect(beginTrace().coldStart).toBe(false);
  });

  it('adds up what work took, and passes on what came of it', async () => {
    const begun = beginTrace();
    expect(await timed(begun, 'kaleyraMs', async () => 'done')).toBe('done');
    const failure = new Failure('OutcomeUnknown', 'd');
    await expect(timed(begun, 'kaleyraMs', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(begun.kaleyraMs).toBeGreaterThan(0);
    expect(begun.kaleyraMs).toBeLessThanOrEqual(performance.now() - begun.startedAt);
    expect(begun.secretsManagerMs).toBe(0);
  });
});

describe('a record', () => {
  it('of a verified number is the allow-list and nothing else', () => {
    const record = toRecord({ ...trace, command: sampleCommand, kaleyraCode: 'WA200' }, 'http', 'r-1', 'IN');
    expect(record).toEqual({
      request_id: 'r-1',
      channel: 'http',
      code: 'Verified',
      tenant_id: 'acme',
      phone_number: '+********2345',
      kaleyra_code: 'WA200',
      pod: 'IN',
      secrets_manager_ms: 1.23,
      kaleyra_ms: 7.89,
      total_ms: expect.any(Number),
      cold_start: false,
    });
    expect(record.total_ms).toBeGreaterThanOrEqual(0);
    expect(record.total_ms).toBeLessThanOrEqual(performance.now());
    expect(record.total_ms).toBe(Math.round(record.total_ms * 100) / 100);
  });

  it("of a failure has its code, and Kaleyra's where Kaleyra said one", () => {
    const kaleyra = { code: 'WA400', message: 'Incorrect OTP format' };
    const failure = new Failure('OtpRejected', 'Incorrect OTP format', { kaleyra });
    const record = toRecord({ ...trace, command: sampleCommand }, 'direct', 'r-1', 'EU', failure);
    expect(record).toMatchObject({
      channel: 'direct',
      code: 'OtpRejected',
      kaleyra_code: 'WA400',
      pod: 'EU',
    });
    expect(JSON.stringify(record)).not.toContain('Incorrect');
  });

  it("has no code of Kaleyra's where an earlier answer's would mislead", () => {
    const failure = new Failure('OutcomeUnknown', 'd');
    const record = toRecord({ ...trace, kaleyraCode: 'WA200' }, 'http', 'r-1', 'IN', failure);
    expect(record).not.toHaveProperty('kaleyra_code');
  });

  it('tells of the counting of attempts where attempts are counted', () => {
    const counted = toRecord({ ...trace, attemptsMs: 2.345 }, 'http', 'r-1', 'IN');
    expect(counted.attempts_ms).toBe(2.35);
    expect(counted).not.toHaveProperty('attempts_error');
    const uncounted = toRecord(
      { ...trace, attemptsMs: 0, attemptsError: 'TimeoutError' },
      'http',
      'r-1',
      'IN',
    );
    expect(uncounted).toMatchObject({ attempts_ms: 0, attempts_error: 'TimeoutError' });
  });

  it('says nothing of a request that was not checked', () => {
    const record = toRecord(trace, 'http', 'r-1', 'IN', new Failure('RequestInvalid', 'd'));
    expect(Object.keys(record).sort()).toEqual(
      [
        'code',
        'cold_start',
        'channel',
        'kaleyra_ms',
        'pod',
        'request_id',
        'secrets_manager_ms',
        'total_ms',
      ].sort(),
    );
  });

  it.each([
    ['+1234567', '+***4567'],
    ['+123456789012345', '+***********2345'],
  ])('shows of %s no more than %s', (phone_number, shown) => {
    const record = toRecord({ ...trace, command: { ...sampleCommand, phone_number } }, 'http', 'r-1', 'IN');
    expect(record.phone_number).toBe(shown);
  });

  it.each(failureCodes.filter((code) => code !== 'InternalError'))('of %s shows no stack', (code) => {
    const failure = new Failure(code, 'd', { cause: new Error('underneath') });
    expect(toRecord(trace, 'http', 'r-1', 'IN', failure)).not.toHaveProperty('defect');
  });
});

describe('the record of a defect', () => {
  const defectOf = (cause: unknown) =>
    toRecord(trace, 'http', 'r-1', 'IN', new Failure('InternalError', 'd', { cause })).defect;

  it('says what kind of error was thrown, and where', () => {
    const [kind, ...frames] = defectOf(new TypeError('x is not a function')) ?? [];
    expect(kind).toBe('TypeError');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames[0]).toContain('request-event.test.ts');
    for (const frame of frames) expect(frame).toMatch(/^at /);
  });

  it.each([
    'the password is 671242',
    'one line\nthe password is 671242',
    'Unexpected token in JSON: "\n    at 671242 (671242:1:1)\n    at Object.<anonymous> (671242.ts:1:1)"',
    '    at 671242',
  ])('never quotes the message %j', (message) => {
    const defect = defectOf(new SyntaxError(message)) ?? [];
    expect(defect[0]).toBe('SyntaxError');
    expect(defect.length).toBeGreaterThan(1);
    expect(defect.join('\n')).not.toContain('671242');
  });

  it('reads a stack that begins with the message itself', () => {
    const error = Object.assign(new Error('m'), { stack: 'm\n    at f (x.ts:1:1)' });
    expect(defectOf(error)).toEqual(['Error', 'at f (x.ts:1:1)']);
  });

  it('never quotes a message that was changed after the stack was taken', () => {
    const error = new Error('the password is\n    at 671242 (671242:1:1)');
    expect(error.stack).toContain('671242');
    error.message = 'another';
    expect(defectOf(error)).toEqual(['Error']);
  });

  it('has its frames where the error has no name', () => {
    class Nameless extends Error {}
    Nameless.prototype.name = '';
    const [kind, ...frames] = defectOf(new Nameless('671242')) ?? [];
    expect(kind).toBe('Nameless');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.join()).not.toContain('671242');
  });

  it('is but the kind where there is no stack', () => {
    const error = new RangeError('671242');
    delete error.stack;
    expect(defectOf(error)).toEqual(['RangeError']);
  });

  it.each([
    ['671242', 'string'],
    [671242, 'number'],
    [undefined, 'undefined'],
    [null, 'object'],
    [{ otp: '671242' }, 'object'],
  ])('is but the type of %j, which is no error', (thrown, kind) => {
    expect(defectOf(thrown)).toEqual([kind]);
  });
});
