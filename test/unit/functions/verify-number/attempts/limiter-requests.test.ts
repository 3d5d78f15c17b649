import { describe, expect, it } from '@jest/globals';
import { createCountingHandler, fill, repeat } from '../../../../support/counting-handler.ts';
import { httpEvent } from '../../../../support/events.ts';

const tenMinutesMs = 10 * 60 * 1000;

describe("the attempt limiter, for a tenant's requests", () => {
  it('allows the configured number in each fixed minute', async () => {
    const { verify, clock, respondWith, countCalls } = createCountingHandler(3);
    respondWith('AlreadyVerified');
    clock.pass(60_000 - (clock.now() % 60_000));
    expect(await repeat(5, () => verify())).toEqual([
      ...fill(3, 'AlreadyVerified'),
      ...fill(2, 'TenantRateLimited'),
    ]);
    clock.pass(59_999);
    expect(await verify()).toBe('TenantRateLimited');
    clock.pass(1);
    expect(await repeat(4, () => verify())).toEqual([...fill(3, 'AlreadyVerified'), 'TenantRateLimited']);
    expect(countCalls()).toBe(6);
  });

  it('reports the rest of the minute', async () => {
    const { verify, clock, invoke, tenant_id } = createCountingHandler(1);
    clock.pass(60_000 - (clock.now() % 60_000) + 39_500);
    await verify();
    const response = await invoke(httpEvent({ path: { tenant_id, waba_id: '1' } }));
    expect(response).toMatchObject({ statusCode: 429, headers: { 'retry-after': '21' } });
    expect(JSON.parse((response as { body: string }).body)).toMatchObject({
      code: 'TenantRateLimited',
      retryable: true,
      detail: 'This tenant has used its requests for this minute. Try again in 21 seconds.',
    });
  });

  it('limits concurrent requests of one tenant, and not those of another', async () => {
    const { verify, respondWith } = createCountingHandler(7);
    respondWith('AlreadyVerified');
    const verifyMany = (tenant: object) =>
      Promise.all(
        fill(50, 0).map((_, index) =>
          verify({ ...tenant, id: `${index}`, phone_number: `+9188888${1000 + index}` }),
        ),
      );
    const count = (codes: readonly unknown[], code: string) => codes.filter((each) => each === code).length;
    const [own, other] = await Promise.all([verifyMany({}), verifyMany({ tenant_id: 'another-tenant' })]);
    expect([count(own, 'AlreadyVerified'), count(own, 'TenantRateLimited')]).toEqual([7, 43]);
    expect([count(other, 'AlreadyVerified'), count(other, 'TenantRateLimited')]).toEqual([7, 43]);
  });

  it('does not count requests that are refused for their attempts', async () => {
    const { verify, respondWith } = createCountingHandler(6);
    respondWith('OtpRejected');
    await repeat(5, () => verify());
    expect(await repeat(10, () => verify())).toEqual(fill(10, 'TooManyAttempts'));
    expect(await verify({ id: '1', phone_number: '+918888888881' })).toBe('OtpRejected');
    expect(await verify({ id: '2', phone_number: '+918888888882' })).toBe('TenantRateLimited');
  });

  it('takes no attempt if it refuses', async () => {
    const { verify, respondWith, clock } = createCountingHandler(4);
    respondWith('OtpRejected');
    await repeat(4, () => verify());
    expect(await repeat(10, () => verify())).toEqual(fill(10, 'TenantRateLimited'));
    clock.pass(60_000);
    expect(await repeat(2, () => verify())).toEqual(['OtpRejected', 'TooManyAttempts']);
  });

  it('reports the longest wait if both limits refuse', async () => {
    const { verify, respondWith, clock } = createCountingHandler(6);
    clock.pass(60_000 - (clock.now() % 60_000) + 30_000);
    respondWith('OtpRejected');
    await repeat(5, () => verify());
    respondWith('AlreadyVerified');
    await verify({ id: '1', phone_number: '+918888888881' });
    // The attempts open in ten minutes, the next minute begins in 30 seconds.
    expect(await verify()).toBe('TooManyAttempts');
    clock.pass(tenMinutesMs - 25_000);
    await repeat(6, (index) => verify({ id: `${index}`, phone_number: `+91888888888${index}` }));
    // The attempts open in 25 seconds, the next minute begins in 55 seconds.
    expect(await verify()).toBe('TenantRateLimited');
  });
});
