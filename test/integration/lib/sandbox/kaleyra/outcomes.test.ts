import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { catalogue, failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import { createUnsignedToken } from '../../../../../lib/sandbox/gateway/jwt-claims.ts';
import { triggerRows, triggers } from '../../../../../lib/sandbox/kaleyra/outcomes.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';

let sandbox: RunningSandbox;
let guarded: RunningSandbox;
let counting: RunningSandbox;

beforeAll(async () => {
  // Short, so that the numbers without a complete response end soon.
  sandbox = await startSandbox({ environment: { KALEYRA_TIMEOUT_MS: '250' } });
  guarded = await startSandbox({ environment: { TENANT_CLAIM: 'tenant' } });
  const environment = {
    ATTEMPTS_TABLE: 'any',
    ATTEMPTS_ON_FAILURE: 'refuse',
    TENANT_REQUESTS_PER_MINUTE: '7',
  };
  counting = await startSandbox({ environment });
});

afterAll(() => Promise.all([sandbox, guarded, counting].map((one) => one.close())));

interface Changes {
  readonly tenant?: string;
  readonly lastFour?: string;
  readonly otp?: string;
  readonly contentType?: string;
  readonly token?: string;
  readonly padding?: string;
}

const verify = async (changes: Changes = {}, at = sandbox) => {
  const { tenant = 'acme', lastFour = '2345', otp = '671242', padding = '' } = changes;
  const response = await fetch(`${at.url}/tenants/${tenant}/whatsapp/109012345678901/number/verify`, {
    method: 'POST',
    headers: {
      'content-type': changes.contentType ?? 'application/json',
      ...(changes.token && { authorization: `Bearer ${changes.token}` }),
    },
    body: JSON.stringify({ id: '678997654123456', phone_number: `+91976541${lastFour}`, otp, padding }),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    json: (await response.json()) as Record<string, unknown>,
  };
};

const numbers = triggerRows.flatMap(({ outcome, trigger }) =>
  'lastFour' in trigger ? [{ outcome, ...trigger }] : [],
);

describe('the table of outcomes', () => {
  describe('a phone number', () => {
    it.each(numbers)('that ends in $lastFour causes $outcome: $happens', async ({ outcome, lastFour }) => {
      const { status, json } = await verify({ lastFour });

      if (outcome === 'Verified') expect(json).toMatchObject({ status: 'verified' });
      else expect(json).toMatchObject({ code: outcome, status: catalogue[outcome].status });
      expect(sandbox.calls().at(-1)).toMatchObject({
        outcome,
        status,
        phone_number: `+********${lastFour}`,
      });
    });

    it('selects only one outcome', () => {
      const lastFour = numbers.map((one) => one.lastFour);

      expect(new Set(lastFour).size).toBe(lastFour.length);
    });

    it.each([
      ['1429', '7'],
      ['0503', '20'],
      ['0429', String(catalogue.RateLimited.retryAfterSeconds)],
    ])('that ends in %s makes the response say Retry-After: %s', async (lastFour, seconds) => {
      expect((await verify({ lastFour })).retryAfter).toBe(seconds);
    });

    it('takes precedence over the password', async () => {
      expect((await verify({ lastFour: '0409', otp: '000000' })).json['code']).toBe('AlreadyVerified');
    });
  });

  describe('the request to send instead', () => {
    it.each([
      ['Verified', {}, 200],
      ['RequestInvalid', { otp: '12345' }, 400],
      ['UnsupportedMediaType', { contentType: 'text/plain' }, 415],
      ['RequestTooLarge', { padding: 'x'.repeat(4096) }, 413],
      ['TenantUnknown', { tenant: 'nobody' }, 404],
      ['OtpRejected', { otp: '000000' }, 422],
      ['CredentialsMisconfigured', { tenant: 'misconfigured' }, 500],
      ['CredentialsUnavailable', { tenant: 'unavailable' }, 503],
    ] as const)('causes %s', async (outcome, changes, status) => {
      expect((await verify(changes)).status).toBe(status);
      expect(sandbox.calls().at(-1)).toMatchObject({ outcome });
    });

    it('causes TenantForbidden', async () => {
      const token = createUnsignedToken('tenant', ['globex', 'initech']);

      expect((await verify({ token }, guarded)).json).toMatchObject({ status: 403, code: 'TenantForbidden' });
      expect((await verify({ token, tenant: 'globex' }, guarded)).status).toBe(200);
    });

    it('causes TooManyAttempts, and then TenantRateLimited', async () => {
      const codes: unknown[] = [];
      for (let i = 0; i < 6; i += 1) codes.push((await verify({ otp: '000000' }, counting)).json['code']);

      expect(codes).toEqual([...Array(5).fill('OtpRejected'), 'TooManyAttempts']);
    });

    it('causes AttemptsUnavailable', async () => {
      expect((await verify({ tenant: 'uncountable' }, counting)).json['code']).toBe('AttemptsUnavailable');
      expect(counting.calls().at(-1)).toMatchObject({ reason: 'InternalServerError', kaleyraRequests: 0 });
      expect((await verify({ tenant: 'uncountable' })).status).toBe(200);
    });
  });

  describe('the tenant that remembers', () => {
    const tenant = 'remembers';

    beforeEach(() => sandbox.controls.reset());

    it('gets AlreadyVerified for a number that it has verified', async () => {
      const codes = [];
      for (let i = 0; i < 2; i += 1) codes.push((await verify({ tenant })).json['code']);

      expect(codes).toEqual([undefined, 'AlreadyVerified']);
    });

    it('gets a success without reference if the first request arrived on a connection that died', async () => {
      await verify({ tenant });
      const { json } = await verify({ tenant, lastFour: '5504' });

      expect(json).toMatchObject({ status: 'verified', phone_number: '+919765415504' });
      expect(json).not.toHaveProperty('reference');
      expect(sandbox.calls().at(-1)).toMatchObject({ outcome: 'Verified', kaleyraRequests: 2 });
    });

    it('gets OutcomeUnknown and then AlreadyVerified if the connection was new', async () => {
      const outcomes = [];
      for (let i = 0; i < 2; i += 1) {
        await verify({ tenant, lastFour: '5504' });
        outcomes.push(sandbox.calls().at(-1)?.outcome);
      }

      expect(outcomes).toEqual(['OutcomeUnknown', 'AlreadyVerified']);
    });
  });

  it('lists every code of the catalogue, in its order', () => {
    expect(Object.keys(triggers)).toEqual(['Verified', ...failureCodes]);
  });
});
