import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { directEvent, lambdaContext } from '../../../../support/events.ts';
import { createTestHandler, sampleSuccess, sampleVerification } from '../../../../support/test-handler.ts';

const catchFailure = async (event: unknown, given: Parameters<typeof createTestHandler>[0] = {}) => {
  const { invoke, events } = createTestHandler(given);
  const failure = await invoke(event).then(
    () => {
      throw new Error('The request succeeded.');
    },
    (thrown: unknown) => thrown as Failure,
  );
  return { failure, events };
};

describe('the direct entry point', () => {
  it('returns the verification', async () => {
    const { invoke, events } = createTestHandler();
    expect(await invoke(directEvent({ note: 'ignored' }))).toEqual(sampleVerification);
    expect(events).toEqual([
      expect.objectContaining({ channel: 'direct', outcome: 'Verified', tenant_id: 'acme' }),
    ]);
  });

  it('throws a failure with the code as its name and the detail as its message', async () => {
    const thrown = new Failure('OtpRejected', 'Incorrect OTP format');
    const { failure, events } = await catchFailure(directEvent(), {
      kaleyra: { verify: () => Promise.reject(thrown) },
    });
    expect(failure).toBe(thrown);
    expect([failure.name, failure.message]).toEqual(['OtpRejected', 'Incorrect OTP format']);
    expect(events).toEqual([expect.objectContaining({ outcome: 'OtpRejected' })]);
  });

  it('hides the details of a defect from Lambda and its log', async () => {
    const { failure } = await catchFailure(directEvent(), {
      kaleyra: { verify: () => Promise.reject(new TypeError('671242')) },
    });
    expect(failure.name).toBe('InternalError');
    // Lambda reports name, message and stack, and logs the enumerable properties.
    expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain('671242');
  });

  it.each([
    [null, ['/tenant_id', '/waba_id', '']],
    [[], ['/tenant_id', '/waba_id', '']],
    ['text', ['/tenant_id', '/waba_id', '']],
    [42, ['/tenant_id', '/waba_id', '']],
    [{}, ['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp']],
    [directEvent({ otp: 671242, id: 2 ** 53 }), ['/id', '/otp']],
  ])('reports every problem of %j', async (event, pointers) => {
    const { failure } = await catchFailure(event);
    expect(failure.name).toBe('RequestInvalid');
    expect(failure.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('takes the last of duplicate fields, as the HTTP entry point does', async () => {
    const json = JSON.stringify(directEvent()).replace('{', '{"id":"1","tenant_id":"globex",');
    await expect(createTestHandler().invoke(JSON.parse(json))).resolves.toMatchObject({
      id: '678997654123456',
      tenant_id: 'acme',
    });
  });

  it('ignores a field named __proto__', async () => {
    const { otp: _otp, ...rest } = directEvent();
    const json = JSON.stringify(rest).replace('{', '{"__proto__":{"otp":"671242"},');
    const { failure } = await catchFailure(JSON.parse(json));
    expect(failure.errors?.map(({ pointer }) => pointer)).toEqual(['/otp']);
  });

  it('accepts an input of 4 KiB and rejects one more byte', async () => {
    const room = 4096 - JSON.stringify(directEvent({ note: '' })).length;
    await expect(createTestHandler().invoke(directEvent({ note: 'x'.repeat(room) }))).resolves.toBeDefined();
    const { failure } = await catchFailure(directEvent({ note: 'x'.repeat(room + 1) }));
    expect([failure.name, failure.message]).toEqual([
      'RequestTooLarge',
      'The request is larger than 4096 bytes. Send only the documented fields.',
    ]);
    const twoBytesEach = await catchFailure(directEvent({ note: 'é'.repeat(room - 1) }));
    expect(twoBytesEach.failure.name).toBe('RequestTooLarge');
  });

  it('rejects an input that is nested too deeply to measure', async () => {
    const deep = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect((await catchFailure(deep)).failure.name).toBe('RequestTooLarge');
  });

  it("passes on Lambda's remaining time", async () => {
    let givenMs = Number.NaN;
    const { invoke } = createTestHandler({
      kaleyra: {
        verify: async (_command, _credentials, deadline) => {
          givenMs = deadline - performance.now();
          return sampleSuccess;
        },
      },
    });
    await invoke(directEvent(), lambdaContext(3000));
    expect(givenMs).toBeLessThanOrEqual(2500);
  });

  it('requires no claim, because IAM authorizes its callers', async () => {
    const { invoke } = createTestHandler({ tenantClaim: 'tenant' });
    await expect(invoke(directEvent())).resolves.toMatchObject({ status: 'verified' });
  });

  it('does not change a failure that concurrent requests share', async () => {
    const shared = Object.freeze(new Failure('TenantUnknown', 'A detail.'));
    const { invoke } = createTestHandler({
      credentials: { read: () => Promise.reject(shared), replace: async () => undefined },
    });
    const results = await Promise.allSettled([invoke(directEvent()), invoke(directEvent())]);
    for (const result of results) expect(result).toEqual({ status: 'rejected', reason: shared });
  });
});
