import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue, failureCodes } from '../../../../../functions/verify-number/core/failures.ts';
import type { RequestEvent } from '../../../../../functions/verify-number/telemetry/request-event.ts';
import { unsignedToken } from '../../../../../lib/sandbox/gateway/jwt-claims.ts';
import { triggerRows, triggers } from '../../../../../lib/sandbox/kaleyra/outcomes.ts';
import { type Sandbox, startSandbox } from '../../../../../lib/sandbox/sandbox.ts';

let records: RequestEvent[] = [];
let sandbox: Sandbox;
let guarded: Sandbox;
let counting: Sandbox;

beforeAll(async () => {
  const record = (one: RequestEvent) => records.push(one);
  // Short, so that the numbers that never get a whole answer are soon done.
  sandbox = await startSandbox({ environment: { KALEYRA_TIMEOUT_MS: '250' }, record });
  guarded = await startSandbox({ environment: { TENANT_CLAIM: 'tenant' }, record });
  counting = await startSandbox({ environment: { ATTEMPTS_TABLE: 'any' }, record });
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
  records = [];
  const { tenant = 'acme', lastFour = '2345', otp = '671242', padding = '' } = changes;
  const answer = await fetch(`${at.urls.http}/tenants/${tenant}/whatsapp/109012345678901/number/verify`, {
    method: 'POST',
    headers: {
      'content-type': changes.contentType ?? 'application/json',
      ...(changes.token && { authorization: `Bearer ${changes.token}` }),
    },
    body: JSON.stringify({ id: '678997654123456', phone_number: `+91976541${lastFour}`, otp, padding }),
  });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    json: (await answer.json()) as Record<string, unknown>,
  };
};

const numbers = triggerRows.flatMap(({ outcome, trigger }) =>
  'lastFour' in trigger ? [{ outcome, ...trigger }] : [],
);

describe('a phone number', () => {
  it.each(numbers)('that ends in $lastFour is $outcome: $happens', async ({ outcome, lastFour }) => {
    const answer = await verify({ lastFour });

    if (outcome === 'Verified') expect(answer).toMatchObject({ status: 200, json: { status: 'verified' } });
    else expect(answer).toMatchObject({ status: catalogue[outcome].status, json: { code: outcome } });
    expect(records).toMatchObject([{ code: outcome, phone_number: `+********${lastFour}` }]);
  });

  it('picks no more than one row', () => {
    const lastFour = numbers.map((one) => one.lastFour);

    expect(new Set(lastFour).size).toBe(lastFour.length);
  });

  it.each([
    ['1429', '7'],
    ['0503', '20'],
    ['0429', String(catalogue.RateLimited.retryAfterSeconds)],
  ])('that ends in %s says to wait for %s seconds', async (lastFour, seconds) => {
    expect((await verify({ lastFour })).retryAfter).toBe(seconds);
  });

  it('decides before the password does', async () => {
    expect((await verify({ lastFour: '0409', otp: '000000' })).json['code']).toBe('AlreadyVerified');
  });
});

describe('what to send instead', () => {
  it.each([
    ['Verified', {}, 200],
    ['RequestInvalid', { otp: '12345' }, 400],
    ['UnsupportedMediaType', { contentType: 'text/plain' }, 415],
    ['RequestTooLarge', { padding: 'x'.repeat(4096) }, 413],
    ['TenantUnknown', { tenant: 'nobody' }, 404],
    ['OtpRejected', { otp: '000000' }, 422],
    ['CredentialsMisconfigured', { tenant: 'misconfigured' }, 500],
    ['CredentialsUnavailable', { tenant: 'unavailable' }, 503],
  ] as const)('for %s', async (outcome, changes, status) => {
    expect((await verify(changes)).status).toBe(status);
    expect(records).toMatchObject([{ code: outcome }]);
  });

  it('for TenantForbidden', async () => {
    const token = unsignedToken('tenant', ['globex', 'initech']);

    expect((await verify({ token }, guarded)).json).toMatchObject({ status: 403, code: 'TenantForbidden' });
    expect((await verify({ token, tenant: 'globex' }, guarded)).status).toBe(200);
  });

  it('for TooManyAttempts', async () => {
    const codes: unknown[] = [];
    for (let i = 0; i < 6; i += 1) codes.push((await verify({ otp: '000000' }, counting)).json['code']);

    expect(codes).toEqual([...Array(5).fill('OtpRejected'), 'TooManyAttempts']);
  });
});

describe('the table', () => {
  it('has every code of the catalogue, in its order', () => {
    expect(Object.keys(triggers)).toEqual(['Verified', ...failureCodes]);
  });
});
