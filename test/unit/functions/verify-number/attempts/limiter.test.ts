import { describe, expect, it } from '@jest/globals';
import {
  Failure,
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../../../../functions/verify-number/core/failures.ts';
import { createCountingHandler, fill, repeat } from '../../../../support/counting-handler.ts';
import { directEvent, httpEvent } from '../../../../support/events.ts';

const tenMinutesMs = 10 * 60 * 1000;

describe('the attempt limiter', () => {
  it('calls Kaleyra for five wrong passwords and not for more', async () => {
    const { verify, respondWith, countCalls } = createCountingHandler();
    respondWith('OtpRejected');
    expect(await repeat(7, () => verify())).toEqual([
      ...fill(5, 'OtpRejected'),
      ...fill(2, 'TooManyAttempts'),
    ]);
    expect(countCalls()).toBe(5);
  });

  it('refuses the correct password too', async () => {
    const { verify, respondWith, countCalls } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(5, () => verify());
    respondWith();
    expect(await verify()).toBe('TooManyAttempts');
    expect(countCalls()).toBe(5);
  });

  it('allows five of fifty concurrent attempts', async () => {
    const { verify, respondWith, countCalls } = createCountingHandler();
    respondWith('OtpRejected');
    const codes = await Promise.all(fill(50, {}).map(() => verify()));
    expect(codes.filter((code) => code === 'OtpRejected')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TooManyAttempts')).toHaveLength(45);
    expect(countCalls()).toBe(5);
  });

  it('allows five in any ten minutes, however they are spread', async () => {
    const { verify, respondWith, clock } = createCountingHandler();
    respondWith('OtpRejected');
    const times: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      if ((await verify()) === 'OtpRejected') times.push(clock.now());
      clock.pass(60_000);
    }
    for (const time of times) {
      const inWindow = times.filter((other) => other >= time && other < time + tenMinutesMs);
      expect(inWindow.length).toBeLessThanOrEqual(5);
    }
    expect(times).toHaveLength(30);
  });

  it('counts by number if the id differs each time', async () => {
    const { verify, respondWith, countCalls } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(60, (index) => verify({ id: String(1000 + index) }));
    expect(countCalls()).toBe(5);
    expect(await verify({ id: '1', phone_number: '+919999999999' })).toBe('OtpRejected');
  });

  it('counts by id if the number differs each time', async () => {
    const { verify, respondWith, countCalls } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(60, (index) => verify({ phone_number: `+91976541${1000 + index}` }));
    expect(countCalls()).toBe(5);
    expect(await verify({ id: '1', phone_number: '+919999999999' })).toBe('OtpRejected');
  });

  it('counts an id with leading zeros as the same id', async () => {
    const { verify, respondWith, countCalls } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(60, (index) =>
      verify({ id: `${'0'.repeat(index % 10)}678`, phone_number: `+91976541${1000 + index}` }),
    );
    expect(countCalls()).toBe(5);
    expect(await verify({ id: '6780', phone_number: '+919999999999' })).toBe('OtpRejected');
    await repeat(5, (index) =>
      verify({ id: '0'.repeat(index + 1), phone_number: `+91888888${1000 + index}` }),
    );
    expect(await verify({ id: '0', phone_number: '+918888889999' })).toBe('TooManyAttempts');
  });

  it('counts an id separately from a number with the same digits', async () => {
    const { verify, respondWith } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(5, (index) => verify({ id: '919765412345', phone_number: `+91888888${1000 + index}` }));
    expect(await verify({ id: '7', phone_number: '+919765412345' })).toBe('OtpRejected');
  });

  it('takes nothing from the other counter if one refuses', async () => {
    const { verify, respondWith } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(5, () => verify({ id: '1', phone_number: '+918888888881' }));
    // Refused by the id. The number keeps all its attempts.
    await repeat(5, () => verify({ id: '1', phone_number: '+918888888882' }));
    expect(await repeat(6, (index) => verify({ id: `2${index}`, phone_number: '+918888888882' }))).toEqual([
      ...fill(5, 'OtpRejected'),
      'TooManyAttempts',
    ]);
  });

  it('counts each tenant separately', async () => {
    const { verify, respondWith } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(5, () => verify());
    expect(await verify()).toBe('TooManyAttempts');
    expect(await verify({ tenant_id: 'another-tenant' })).toBe('OtpRejected');
  });

  it('reports the longest wait, by both entry points', async () => {
    const { verify, respondWith, clock, invoke, tenant_id } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(5, (index) => verify({ id: '1', phone_number: `+91888888000${index}` }));
    clock.pass(60_000);
    await repeat(5, (index) => verify({ id: `2${index}`, phone_number: '+918888888881' }));
    clock.pass(30_500);

    const fields = { id: '1', phone_number: '+918888888881' };
    const path = { tenant_id, waba_id: '1' };
    const response = await invoke(httpEvent({ path, body: fields }));
    expect(response).toMatchObject({ statusCode: 429, headers: { 'retry-after': '570' } });
    expect(JSON.parse((response as { body: string }).body)).toMatchObject({
      code: 'TooManyAttempts',
      retryable: true,
      detail: 'There were too many attempts at this number. Try again in 570 seconds.',
    });
    const onlyId = { ...fields, ...path, phone_number: '+918888888882' };
    await expect(invoke(directEvent(onlyId))).rejects.toMatchObject({
      name: 'TooManyAttempts',
      message: 'There were too many attempts with this id. Try again in 510 seconds.',
      retryAfterSeconds: 510,
    });
  });

  it('clears the number and the id after a success', async () => {
    const { verify, respondWith } = createCountingHandler();
    respondWith('OtpRejected');
    await repeat(4, () => verify());
    respondWith();
    expect(await verify()).toBe('Verified');
    respondWith('OtpRejected');
    expect(await repeat(6, () => verify())).toEqual([...fill(5, 'OtpRejected'), 'TooManyAttempts']);
  });

  it('counts exactly the failures after which Kaleyra may have checked the password', async () => {
    const counted: FailureCode[] = [];
    for (const code of failureCodes) {
      const { verify, respondWith } = createCountingHandler();
      respondWith(code);
      await repeat(6, () => verify());
      respondWith('OtpRejected');
      if ((await verify()) === 'TooManyAttempts') counted.push(code);
    }
    expect(counted).toEqual(failureCodes.filter((code) => getDefinition(code).passwordChecked !== 'no'));
    expect(counted).toHaveLength(7);
  });

  it('gives an attempt back after others were made meanwhile', async () => {
    const { verify, respondWith, respondLater, clock } = createCountingHandler();
    const responses: (() => void)[] = [];
    respondWith('OtpRejected');
    await verify();
    respondLater(async () => {
      await new Promise<void>((respond) => responses.push(respond));
      throw new Failure('KaleyraUnavailable', 'd');
    });
    clock.pass(1000);
    const pending = [verify(), verify()];
    while (responses.length < 2) await new Promise((resolve) => setImmediate(resolve));
    clock.pass(1000);
    respondWith('OtpRejected');
    await repeat(2, () => verify());
    expect(await verify()).toBe('TooManyAttempts');

    for (const respond of responses) respond();
    await Promise.all(pending);

    expect(await repeat(3, () => verify())).toEqual(['OtpRejected', 'OtpRejected', 'TooManyAttempts']);
    clock.pass(tenMinutesMs - 2000);
    expect(await repeat(2, () => verify())).toEqual(['OtpRejected', 'TooManyAttempts']);
  });

  it('counts nothing for an invalid request', async () => {
    const { verify, respondWith } = createCountingHandler(2);
    expect(await repeat(6, () => verify({ otp: '12345' }))).toEqual(fill(6, 'RequestInvalid'));
    respondWith('OtpRejected');
    expect(await verify()).toBe('OtpRejected');
  });

  it('is measured in the log', async () => {
    const { verify, events } = createCountingHandler();
    await verify();
    expect(events[0]).toMatchObject({ outcome: 'Verified', attempts_ms: expect.any(Number) });
    expect(events[0]).not.toHaveProperty('attempts_error');
  });
});
