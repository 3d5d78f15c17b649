import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { httpEvent, lambdaContext, sampleRequestId } from '../../../../support/events.ts';
import { createTestHandler, sampleSuccess, sampleVerification } from '../../../../support/test-handler.ts';

type Given = Parameters<typeof createTestHandler>[0];

const send = async (event: unknown, given: Given = {}) => {
  const { invoke, events } = createTestHandler(given);
  const { statusCode, headers, body } = (await invoke(event)) as APIGatewayProxyStructuredResultV2;
  return { status: statusCode, headers, body: JSON.parse(body ?? ''), events };
};

const failWith = (thrown: unknown): Given => ({ kaleyra: { verify: () => Promise.reject(thrown) } });

const getPointers = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer);

describe('the HTTP entry point', () => {
  it('responds to a verification with 200 and JSON', async () => {
    const { status, headers, body, events } = await send(httpEvent());
    expect(status).toBe(200);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(body).toEqual(sampleVerification);
    expect(events).toEqual([
      expect.objectContaining({ channel: 'http', outcome: 'Verified', kaleyra_code: 'WA200' }),
    ]);
  });

  it('responds to a failure with problem details', async () => {
    const kaleyra = { code: 'WA400', message: 'Incorrect OTP format' };
    const failure = new Failure('OtpRejected', 'Incorrect OTP format', { kaleyra });
    const { status, headers, body, events } = await send(httpEvent(), failWith(failure));
    expect(status).toBe(422);
    expect(headers?.['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: 'urn:kaleyra-verify:problem:OtpRejected',
      code: 'OtpRejected',
      instance: `urn:kaleyra-verify:request:${sampleRequestId}`,
      kaleyra,
    });
    expect(events).toEqual([expect.objectContaining({ outcome: 'OtpRejected', tenant_id: 'acme' })]);
  });

  it('links problem types to the configured page', async () => {
    const given = {
      ...failWith(new Failure('OtpRejected', 'd')),
      problemTypeBase: 'https://docs.example.com/problems',
    };
    const { body } = await send(httpEvent(), given);
    expect(body.type).toBe('https://docs.example.com/problems#otprejected');
  });

  it('hides the details of a defect', async () => {
    const { status, body, events } = await send(httpEvent(), failWith(new TypeError('671242')));
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'InternalError', retryable: false });
    expect(JSON.stringify([body, events])).not.toContain('671242');
    expect(events[0]?.defect?.[0]).toBe('TypeError');
  });

  it('reports every problem of path and body in one response', async () => {
    const event = httpEvent({ path: { tenant_id: '..', waba_id: 'x' }, body: '{"id":1.5}' });
    const { status, body, events } = await send(event);
    expect(status).toBe(400);
    expect(getPointers(body)).toEqual(['/tenant_id', '/waba_id', '/id', '/phone_number', '/otp']);
    expect(events[0]).not.toHaveProperty('tenant_id');
  });

  it('responds to an event without path parameters or body', async () => {
    const { pathParameters: _path, body: _body, ...event } = httpEvent();
    const { status, body } = await send(event);
    expect(status).toBe(400);
    expect(getPointers(body)).toEqual(['/tenant_id', '/waba_id', '']);
  });

  it('keeps all digits of an id that is a JSON number', async () => {
    const body = '{"id":12345678901234567890,"phone_number":"+919765412345","otp":"671242"}';
    expect((await send(httpEvent({ body }))).body.id).toBe('12345678901234567890');
  });

  it.each([
    ['a body that is too large', httpEvent({ body: `{"a":"${'x'.repeat(4096)}"}` }), 413, 'RequestTooLarge'],
    ['another content type', httpEvent({ contentType: 'text/plain' }), 415, 'UnsupportedMediaType'],
    [
      'a body that is not UTF-8',
      httpEvent({ bytes: Buffer.from([0x7b, 0xff, 0x7d]) }),
      400,
      'RequestInvalid',
    ],
  ])('rejects %s without reading a secret', async (_name, event, status, code) => {
    let reads = 0;
    const response = await send(event, {
      credentials: {
        read: async () => {
          reads += 1;
          throw new Failure('TenantUnknown', 'd');
        },
        replace: async () => undefined,
      },
    });
    expect([response.status, response.body.code, reads]).toEqual([status, code, 0]);
  });

  it('authorizes the tenant before it reads the secret', async () => {
    let reads = 0;
    const read = async () => {
      reads += 1;
      throw new Failure('TenantUnknown', 'd');
    };
    const given = { tenantClaim: 'tenant', credentials: { read, replace: async () => undefined } };
    const forbidden = await send(httpEvent({ claims: { tenant: 'globex' } }), given);
    expect([forbidden.status, forbidden.body.code, reads]).toEqual([403, 'TenantForbidden', 0]);
    expect(forbidden.events[0]).toMatchObject({ outcome: 'TenantForbidden' });
    expect(forbidden.events[0]).not.toHaveProperty('tenant_id');
    const allowed = await send(httpEvent({ claims: { tenant: 'acme' } }), given);
    expect([allowed.body.code, reads]).toEqual(['TenantUnknown', 1]);
  });

  it('responds the same for a forbidden tenant whether or not it exists', async () => {
    const responses = await Promise.all(
      ['globex', 'nobody'].map((tenant_id) =>
        send(httpEvent({ path: { tenant_id, waba_id: '1' }, claims: { tenant: 'acme' } }), {
          tenantClaim: 'tenant',
        }),
      ),
    );
    expect(responses[0]?.body).toEqual(responses[1]?.body);
    expect(responses[0]?.body.code).toBe('TenantForbidden');
  });

  it("passes on Lambda's remaining time", async () => {
    const givenMs: number[] = [];
    const { invoke } = createTestHandler({
      kaleyra: {
        verify: async (_command, _credentials, deadline) => {
          givenMs.push(deadline - performance.now());
          return sampleSuccess;
        },
      },
    });
    await invoke(httpEvent(), lambdaContext(3000));
    await invoke(httpEvent(), lambdaContext(30_000));
    expect(givenMs[0]).toBeLessThanOrEqual(2500);
    expect(givenMs[1]).toBeGreaterThan(2500);
  });

  it('is not ended early by Middy', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return sampleSuccess;
    };
    const { invoke } = createTestHandler({ kaleyra: { verify: slow } });
    expect(JSON.stringify(await invoke(httpEvent(), lambdaContext(1)))).toContain('verified');
  });
});
