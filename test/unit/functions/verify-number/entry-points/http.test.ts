import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import type { HandlerDependencies } from '../../../../../functions/verify-number/handler.ts';
import { httpEvent, lambdaContext, sampleRequestId } from '../../../../support/events.ts';
import { createTestHandler } from '../../../../support/test-handler.ts';

const answerTo = async (event: unknown, given: Partial<HandlerDependencies> = {}) => {
  const { invoke, records } = createTestHandler(given);
  const { statusCode, headers, body } = (await invoke(event)) as APIGatewayProxyStructuredResultV2;
  return { status: statusCode, headers, body: JSON.parse(body ?? ''), records };
};

const failing = (thrown: unknown): Partial<HandlerDependencies> => ({
  kaleyra: { verify: () => Promise.reject(thrown) },
});

describe('the HTTP entry point', () => {
  it('answers a verification with 200 and JSON', async () => {
    const { status, headers, body, records } = await answerTo(httpEvent());
    expect(status).toBe(200);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(body).toEqual({
      status: 'verified',
      tenant_id: 'acme',
      waba_id: '109012345678901',
      id: '678997654123456',
      phone_number: '+919765412345',
      reference: '7654000000000',
      message: 'Request Processed Successfully',
    });
    expect(records).toEqual([
      expect.objectContaining({
        channel: 'http',
        code: 'Verified',
        tenant_id: 'acme',
        kaleyra_code: 'WA200',
      }),
    ]);
  });

  it('answers a failure with its problem document', async () => {
    const kaleyra = { code: 'WA400', message: 'Incorrect OTP format' };
    const failure = new Failure('OtpRejected', 'Incorrect OTP format', { kaleyra });
    const { status, headers, body, records } = await answerTo(httpEvent(), failing(failure));
    expect(status).toBe(422);
    expect(headers?.['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({
      code: 'OtpRejected',
      instance: `urn:kaleyra-verify:request:${sampleRequestId}`,
      kaleyra,
    });
    expect(records).toEqual([expect.objectContaining({ code: 'OtpRejected', tenant_id: 'acme' })]);
  });

  it('says of a defect nothing but that there is one', async () => {
    const { status, body, records } = await answerTo(httpEvent(), failing(new TypeError('671242')));
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'InternalError', retryable: false });
    expect(JSON.stringify([body, records])).not.toContain('671242');
    expect(records[0]?.defect?.[0]).toBe('TypeError');
  });

  it('finds everything that is wrong with path and body at once', async () => {
    const event = httpEvent({ path: { tenant_id: '..', waba_id: 'x' }, body: '{"id":9007199254740993}' });
    const { status, body, records } = await answerTo(event);
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/tenant_id',
      '/waba_id',
      '/id',
      '/phone_number',
      '/otp',
    ]);
    expect(records[0]).not.toHaveProperty('tenant_id');
  });

  it('answers an event without path parameters or body', async () => {
    const { pathParameters: _path, body: _body, ...event } = httpEvent();
    const { status, body } = await answerTo(event);
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/tenant_id',
      '/waba_id',
      '',
    ]);
  });

  it.each([
    ['413', httpEvent({ body: `{"a":"${'x'.repeat(4096)}"}` }), 413, 'RequestTooLarge'],
    ['415', httpEvent({ contentType: 'text/plain' }), 415, 'UnsupportedMediaType'],
    ['400', httpEvent({ bytes: Buffer.from([0x7b, 0xff, 0x7d]) }), 400, 'RequestInvalid'],
  ])('answers %s before any secret is read', async (_name, event, status, code) => {
    let reads = 0;
    const answer = await answerTo(event, {
      credentials: {
        read: async () => {
          reads += 1;
          throw new Failure('TenantUnknown', 'd');
        },
        replace: async () => undefined,
      },
    });
    expect([answer.status, answer.body.code, reads]).toEqual([status, code, 0]);
  });

  it('holds a token to its tenants before body and secret are looked at', async () => {
    const read = () => Promise.reject(new Failure('TenantUnknown', 'd'));
    const given = { tenantClaim: 'tenant', credentials: { read, replace: async () => undefined } };
    const forbidden = await answerTo(httpEvent({ claims: { tenant: 'globex' }, body: 'not JSON' }), given);
    expect([forbidden.status, forbidden.body.code]).toEqual([403, 'TenantForbidden']);
    const allowed = await answerTo(httpEvent({ claims: { tenant: 'acme' } }), given);
    expect(allowed.body.code).toBe('TenantUnknown');
  });

  it('answers alike for a forbidden tenant, be there one or not', async () => {
    const answers = await Promise.all(
      ['globex', 'nobody'].map((tenant_id) =>
        answerTo(httpEvent({ path: { tenant_id, waba_id: '1' }, claims: { tenant: 'acme' } }), {
          tenantClaim: 'tenant',
        }),
      ),
    );
    expect(answers[0]?.body).toEqual(answers[1]?.body);
  });

  it('leaves Kaleyra less time where Lambda has less', async () => {
    const given: number[] = [];
    const { invoke } = createTestHandler({
      kaleyra: {
        verify: async (_command, _credentials, deadline) => {
          given.push(deadline - performance.now());
          return { code: 'WA200', message: 'm' };
        },
      },
    });
    await invoke(httpEvent(), lambdaContext(3000));
    await invoke(httpEvent(), lambdaContext(30_000));
    expect(given[0]).toBeLessThanOrEqual(2500);
    expect(given[1]).toBeGreaterThan(2500);
  });

  it('gives Kaleyra its time to the end: Middy ends nothing early', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { code: 'WA200', message: 'm' };
    };
    const { invoke } = createTestHandler({ kaleyra: { verify: slow } });
    expect(JSON.stringify(await invoke(httpEvent(), lambdaContext(1)))).toContain('verified');
  });
});
