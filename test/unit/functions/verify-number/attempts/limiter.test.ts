import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createAttemptLimiter } from '../../../../../functions/verify-number/attempts/limiter.ts';
import { createAttemptsMemory } from '../../../../../lib/sandbox/attempts-memory.ts';
import { createCountingHandler, fill } from '../../../../support/counting-handler.ts';
import { directEvent, httpEvent, sampleCommand } from '../../../../support/events.ts';

const tenMinutesMs = 10 * 60 * 1000;

/** A handler after a number of wrong passwords. */
const guess = async (times: number, tenantRequestsPerMinute = 1000) => {
  const handler = createCountingHandler({ tenantRequestsPerMinute });
  handler.clock.pass(60_000 - (handler.clock.now() % 60_000));
  handler.respondWith('OtpRejected');
  expect(await handler.verifyAll(times)).toEqual(fill(times, 'OtpRejected'));
  return handler;
};

describe('the attempt limiter', () => {
  it('calls Kaleyra for five wrong passwords, and then not even for the correct one', async () => {
    const { verifyAll, respondWith, countKaleyraCalls } = await guess(5);
    respondWith();
    expect(await verifyAll(2)).toEqual(fill(2, 'TooManyAttempts'));
    expect(countKaleyraCalls()).toBe(5);
  });

  it('allows five of fifty concurrent attempts', async () => {
    const { verify } = await guess(0);
    const codes = await Promise.all(fill(50, {}).map(() => verify()));
    expect(codes.filter((code) => code === 'OtpRejected')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TooManyAttempts')).toHaveLength(45);
  });

  it.each<[string, (index: number) => Record<string, unknown>]>([
    ['number if the id differs each time', (index) => ({ id: `${1000 + index}` })],
    ['id if the number differs each time', (index) => ({ phone_number: `+91976541${1000 + index}` })],
  ])('counts by %s', async (_name, toFields) => {
    const { verify, verifyAll, countKaleyraCalls } = await guess(0);
    await verifyAll(60, toFields);
    expect(countKaleyraCalls()).toBe(5);
    expect(await verify({ id: '1', phone_number: '+919999999999' })).toBe('OtpRejected');
  });

  it('takes nothing from the other counter if one refuses', async () => {
    const { verifyAll } = await guess(0);
    await verifyAll(5, () => ({ id: '1', phone_number: '+918888888881' }));
    // Refused by the id. The number keeps all its attempts.
    await verifyAll(5, () => ({ id: '1', phone_number: '+918888888882' }));
    expect(await verifyAll(6, (index) => ({ id: `2${index}`, phone_number: '+918888888882' }))).toEqual([
      ...fill(5, 'OtpRejected'),
      'TooManyAttempts',
    ]);
  });

  it('reports the longest wait, by both entry points', async () => {
    const { verifyAll, clock, invoke } = await guess(0);
    await verifyAll(5, (index) => ({ id: '1', phone_number: `+91888888000${index}` }));
    clock.pass(60_000);
    await verifyAll(5, (index) => ({ id: `2${index}`, phone_number: '+918888888881' }));
    clock.pass(30_500);

    const fields = { id: '1', phone_number: '+918888888881' };
    const response = await invoke(httpEvent({ body: fields }));
    expect(response).toMatchObject({ statusCode: 429, headers: { 'retry-after': '570' } });
    expect(JSON.parse((response as { body: string }).body)).toMatchObject({
      code: 'TooManyAttempts',
      retryable: true,
      detail: 'There were too many attempts at this number. Try again in 570 seconds.',
    });
    await expect(invoke(directEvent({ ...fields, phone_number: '+918888888882' }))).rejects.toMatchObject({
      name: 'TooManyAttempts',
      message: 'There were too many attempts with this id. Try again in 510 seconds.',
      retryAfterSeconds: 510,
    });
  });

  it('clears the number and the id after a success', async () => {
    const { verify, verifyAll, respondWith } = await guess(4);
    respondWith();
    expect(await verify()).toBe('Verified');
    respondWith('OtpRejected');
    expect(await verifyAll(6)).toEqual([...fill(5, 'OtpRejected'), 'TooManyAttempts']);
  });
});

describe("the attempt limiter, for a tenant's requests", () => {
  it('allows the configured number in each fixed minute', async () => {
    const { verify, verifyAll, clock, respondWith, countKaleyraCalls } = await guess(0, 3);
    respondWith('AlreadyVerified');
    const expected = [...fill(3, 'AlreadyVerified'), 'TenantRateLimited'];
    expect(await verifyAll(4)).toEqual(expected);
    clock.pass(59_999);
    expect(await verify()).toBe('TenantRateLimited');
    clock.pass(1);
    expect(await verifyAll(4)).toEqual(expected);
    expect(countKaleyraCalls()).toBe(6);
  });

  it('reports the rest of the minute', async () => {
    const { clock, invoke } = await guess(1, 1);
    clock.pass(39_500);
    const response = await invoke(httpEvent());
    expect(response).toMatchObject({ statusCode: 429, headers: { 'retry-after': '21' } });
    expect(JSON.parse((response as { body: string }).body)).toMatchObject({
      code: 'TenantRateLimited',
      retryable: true,
      detail: 'This tenant has used its requests for this minute. Try again in 21 seconds.',
    });
  });

  it('does not count requests that are refused for their attempts', async () => {
    const { verify, verifyAll } = await guess(5, 6);
    expect(await verifyAll(10)).toEqual(fill(10, 'TooManyAttempts'));
    expect(await verify({ id: '1', phone_number: '+918888888881' })).toBe('OtpRejected');
    expect(await verify({ id: '2', phone_number: '+918888888882' })).toBe('TenantRateLimited');
  });

  it('takes no attempt if it refuses', async () => {
    const { verifyAll, clock } = await guess(4, 4);
    expect(await verifyAll(10)).toEqual(fill(10, 'TenantRateLimited'));
    clock.pass(60_000);
    expect(await verifyAll(2)).toEqual(['OtpRejected', 'TooManyAttempts']);
  });

  it('reports the longest wait if both limits refuse', async () => {
    const { verify, verifyAll, respondWith, clock } = await guess(0, 6);
    clock.pass(30_000);
    await verifyAll(5);
    respondWith('AlreadyVerified');
    await verify({ id: '1', phone_number: '+918888888881' });
    // The attempts open in ten minutes, the next minute begins in 30 seconds.
    expect(await verify()).toBe('TooManyAttempts');
    clock.pass(tenMinutesMs - 25_000);
    await verifyAll(6, (index) => ({ id: `${index}`, phone_number: `+91888888888${index}` }));
    // The attempts open in 25 seconds, the next minute begins in 55 seconds.
    expect(await verify()).toBe('TenantRateLimited');
  });
});

describe('the keys of the attempt limiter', () => {
  const clock = { now: () => 120_000 };
  const limits = { onFailure: 'allow', tenantRequestsPerMinute: 60 } as const;

  const hash = (...parts: readonly string[]) =>
    createHash('sha256').update(parts.join('\n')).digest('base64url');

  // So that an update does not reset the counts.
  it.each([
    ['0010', '10'],
    ['1001', '1001'],
    ['000', '0'],
  ])('stay the same across versions, for the id %s', async (id, counted) => {
    const keys: string[] = [];
    const record =
      <Result>(result: Result) =>
      async (key: string) => {
        keys.push(key);
        return result;
      };
    const store = { ...createAttemptsMemory(), takeAttempt: record(0), takeRequest: record(true) };
    await createAttemptLimiter(store, limits, clock).take({ ...sampleCommand.number, id });
    expect(keys).toEqual([
      hash('number', 'acme', '+919765412345'),
      hash('id', 'acme', counted),
      hash('requests', 'acme', '2'),
    ]);
  });

  it.each(['number', 'id'])('name the counter that refuses as the reason: %s', async (reason) => {
    let calls = 0;
    const takeAttempt = async () => (calls++ === (reason === 'number' ? 0 : 1) ? 1000 : 0);
    const store = { ...createAttemptsMemory(), takeAttempt };
    await expect(createAttemptLimiter(store, limits, clock).take(sampleCommand.number)).rejects.toMatchObject(
      {
        code: 'TooManyAttempts',
        reason,
      },
    );
  });
});
