import { describe, expect, it } from '@jest/globals';
import { authorizeTenant } from '../../../../../functions/verify-number/pipeline/authorize-tenant.ts';
import type { PipelineRequest } from '../../../../../functions/verify-number/pipeline/pipeline-request.ts';
import { sampleCommand } from '../../../../support/events.ts';

interface Given {
  readonly channel?: 'http' | 'direct';
  readonly token?: unknown;
  readonly claim?: string | undefined;
  readonly tenantId?: string;
}

/** Runs the middleware. Returns the reason, or undefined if the caller is authorized. */
const getReason = (given: Given): string | undefined => {
  const { channel = 'http', token, tenantId = 'acme' } = given;
  const number = { ...sampleCommand.number, tenant_id: tenantId };
  const internal: Record<string, unknown> = { channel, token };
  const request = { event: { number, otp: '671242' }, internal } as unknown as PipelineRequest;
  try {
    authorizeTenant('claim' in given ? given.claim : 'tenant').before?.(request);
  } catch (failure) {
    expect(failure).toMatchObject({ code: 'TenantForbidden' });
    expect(internal).not.toHaveProperty('number');
    return (failure as { reason: string }).reason;
  }
  expect(internal['number']).toBe(number);
  return undefined;
};

const withClaim = (tenant: unknown): Given => ({ token: { claims: { tenant } } });

describe('authorizeTenant', () => {
  it.each([
    'acme',
    'globex acme',
    'acme globex',
    'globex,acme',
    'acme, globex',
    'globex , acme',
    'globex  acme',
    '[acme]',
    '[globex acme]',
    '["globex","acme"]',
    ' [ "acme" ] ',
    ['acme'],
    ['globex', 'acme'],
  ])('authorizes a token for acme whose claim is %j', (tenant) => {
    expect(getReason(withClaim(tenant))).toBeUndefined();
  });

  it.each(['globex', 'acme2', 'xacme', 'ACME', '[globex]', '[]', '["globex"]', 'globex, initech', []])(
    'forbids acme to a token for other tenants: %j',
    (tenant) => {
      expect(getReason(withClaim(tenant))).toBe('other_tenant');
    },
  );

  it.each([
    '',
    ' ',
    '*',
    'acme a*',
    '[globex, acme,]',
    'acme,',
    ' acme',
    'acme\u0000',
    'acm\u0435 acme',
    '[[acme]]',
    '[globex] acme',
    '[[acme] globex]',
    'globex, map[a:b]',
    'acme map[name:acme globex]',
    '[globex\nacme globex]',
    '["acme",["globex"]]',
    '["acme",1]',
    '["acme"',
    '{"acme":true}',
    ['acme', ['acme']],
    [{ toString: 'acme' }],
    { acme: true },
    { 0: 'acme', length: 1 },
    true,
    1,
    null,
    undefined,
  ])('finds no tenant in a claim of another format: %j', (tenant) => {
    expect(getReason(withClaim(tenant))).toBe('claim_format');
  });

  it.each([undefined, null, 'acme', ['acme'], { other: 'acme' }, { Tenant: 'acme' }])(
    'forbids a token without the claim: %j',
    (claims) => {
      expect(getReason({ token: { claims } })).toBe('no_claim');
    },
  );

  it('ignores inherited properties of the claims', () => {
    expect(getReason({ token: { claims: Object.create({ tenant: 'acme' }) } })).toBe('no_claim');
    expect(getReason({ token: { claims: {} }, claim: 'constructor', tenantId: 'Object' })).toBe('no_claim');
  });

  it('forbids every tenant without a token if a claim is required', () => {
    expect(getReason({})).toBe('no_token');
  });

  it('reads the configured claim', () => {
    const token = { claims: { 'custom:tenants': 'acme' } };
    expect(getReason({ token, claim: 'custom:tenants' })).toBeUndefined();
  });

  it('authorizes every request without a token if no claim is configured', () => {
    expect(getReason({ claim: undefined })).toBeUndefined();
  });

  it('forbids every token if no claim is configured, because none of its claims would be checked', () => {
    const token = { claims: { tenant: 'acme', undefined: 'acme' } };
    expect(getReason({ token, claim: undefined })).toBe('no_claim');
  });

  it('forbids the reserved tenant over HTTP, also to a token that lists it', () => {
    const tenantId = '_release-check';
    expect(getReason({ claim: undefined, tenantId })).toBe('reserved_tenant');
    expect(getReason({ token: { claims: { tenant: tenantId } }, tenantId })).toBe('reserved_tenant');
  });

  it.each(['acme', '_release-check'])('requires no token for %s from a direct caller', (tenantId) => {
    expect(getReason({ channel: 'direct', tenantId })).toBeUndefined();
  });
});
