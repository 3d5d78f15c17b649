import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import type { HandlerDependencies } from '../../../../../functions/verify-number/handler.ts';
import { directEvent, lambdaContext } from '../../../../support/events.ts';
import { createTestHandler } from '../../../../support/test-handler.ts';

const thrownBy = async (event: unknown, given: Partial<HandlerDependencies> = {}) => {
  const { invoke, records } = createTestHandler(given);
  const failure = await invoke(event).then(
    () => {
      throw new Error('nothing was thrown');
    },
    (thrown: unknown) => thrown as Failure,
  );
  return { failure, records };
};

describe('the direct entry point', () => {
  it('returns the plain verification', async () => {
    const { invoke, records } = createTestHandler();
    expect(await invoke(directEvent({ note: 'ignored' }))).toEqual({
      status: 'verified',
      tenant_id: 'acme',
      waba_id: '109012345678901',
      id: '678997654123456',
      phone_number: '+919765412345',
      reference: '7654000000000',
      message: 'Request Processed Successfully',
    });
    expect(records).toEqual([
      expect.objectContaining({ channel: 'direct', code: 'Verified', tenant_id: 'acme' }),
    ]);
  });

  it('throws a failure whose name is the code and whose message is the detail', async () => {
    const thrown = new Failure('OtpRejected', 'Incorrect OTP format');
    const { failure, records } = await thrownBy(directEvent(), {
      kaleyra: { verify: () => Promise.reject(thrown) },
    });
    expect(failure).toBe(thrown);
    expect([failure.name, failure.message]).toEqual(['OtpRejected', 'Incorrect OTP format']);
    expect(records).toEqual([expect.objectContaining({ code: 'OtpRejected' })]);
  });

  it('throws InternalError for a defect, which says nothing of it to Lambda or to its log', async () => {
    const { failure } = await thrownBy(directEvent(), {
      kaleyra: { verify: () => Promise.reject(new TypeError('671242')) },
    });
    expect(failure.name).toBe('InternalError');
    // Lambda reports name, message and stack, and logs what can be enumerated.
    expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain('671242');
  });

  it.each([
    [null, ['/tenant_id', '/waba_id', '']],
    [undefined, ['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp']],
    [[], ['/tenant_id', '/waba_id', '']],
    ['text', ['/tenant_id', '/waba_id', '']],
    [42, ['/tenant_id', '/waba_id', '']],
    [{}, ['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp']],
    [directEvent({ otp: 671242, id: 2 ** 53 }), ['/id', '/otp']],
  ])('finds everything that is wrong with %j', async (event, pointers) => {
    const { failure } = await thrownBy(event);
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

  it('ignores a field called __proto__, whatever is in it', async () => {
    const { otp: _otp, ...rest } = directEvent();
    const json = JSON.stringify(rest).replace('{', '{"__proto__":{"otp":"671242"},');
    const { failure } = await thrownBy(JSON.parse(json));
    expect(failure.errors?.map(({ pointer }) => pointer)).toEqual(['/otp']);
  });

  it('takes an input of 4 KiB and not a byte more', async () => {
    const room = 4096 - JSON.stringify(directEvent({ note: '' })).length;
    await expect(createTestHandler().invoke(directEvent({ note: 'x'.repeat(room) }))).resolves.toBeDefined();
    const { failure } = await thrownBy(directEvent({ note: 'x'.repeat(room + 1) }));
    expect([failure.name, failure.message]).toEqual([
      'RequestTooLarge',
      'The request is larger than 4096 bytes.',
    ]);
    expect((await thrownBy(directEvent({ note: 'é'.repeat(room - 1) }))).failure.name).toBe(
      'RequestTooLarge',
    );
  });

  it('refuses an input that is nested too deeply to be measured', async () => {
    const deep = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect((await thrownBy(deep)).failure.name).toBe('RequestTooLarge');
  });

  it('leaves Kaleyra less time where Lambda has less', async () => {
    let given = Number.NaN;
    const { invoke } = createTestHandler({
      kaleyra: {
        verify: async (_command, _credentials, deadline) => {
          given = deadline - performance.now();
          return { code: 'WA200', message: 'm' };
        },
      },
    });
    await invoke(directEvent(), lambdaContext(3000));
    expect(given).toBeLessThanOrEqual(2500);
  });

  it('asks for no claim: who may invoke is for IAM to say', async () => {
    const { invoke } = createTestHandler({ tenantClaim: 'tenant' });
    await expect(invoke(directEvent())).resolves.toMatchObject({ status: 'verified' });
  });

  it('leaves a failure that several requests are given as it was', async () => {
    const shared = Object.freeze(new Failure('TenantUnknown', 'There is no secret for this tenant.'));
    const { invoke } = createTestHandler({
      credentials: { read: () => Promise.reject(shared), replace: async () => undefined },
    });
    const results = await Promise.allSettled([invoke(directEvent()), invoke(directEvent())]);
    for (const result of results) expect(result).toEqual({ status: 'rejected', reason: shared });
    expect(Object.keys(shared).sort()).toEqual(['code', 'name']);
  });

  it('gives Kaleyra its time to the end: Middy ends nothing early', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { code: 'WA200', message: 'm' };
    };
    const { invoke } = createTestHandler({ kaleyra: { verify: slow } });
    expect(JSON.stringify(await invoke(directEvent(), lambdaContext(1)))).toContain('verified');
  });
});
