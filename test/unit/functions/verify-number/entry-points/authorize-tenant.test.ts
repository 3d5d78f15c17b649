import { describe, expect, it } from '@jest/globals';
import type { Request } from '@middy/core';
import { requireTenantClaim } from '../../../../../functions/verify-number/entry-points/authorize-tenant.ts';
import { httpEvent } from '../../../../support/events.ts';

const authorize = (event: unknown, claim: string | undefined = 'tenant') =>
  requireTenantClaim(claim).before?.({ event } as Request);

const forbidden = expect.objectContaining({
  code: 'TenantForbidden',
  message: "The token does not speak for this path's tenant.",
});

describe('the tenant claim', () => {
  it.each([
    'acme',
    'globex acme',
    'acme globex',
    '[acme]',
    '[globex acme]',
    '[globex, acme]',
    ['acme'],
    ['globex', 'acme'],
  ])('%j speaks for acme', (tenant) => {
    expect(authorize(httpEvent({ claims: { tenant } }))).toBeUndefined();
  });

  it.each([
    'globex',
    '',
    ' ',
    'acme2',
    'xacme',
    'ACME',
    '*',
    'a*',
    'acme\u0000',
    'acm\u0435',
    '[]',
    '[[acme]]',
    '[globex] acme',
    '[[globex acme globex]]',
    'map[name:acme]',
    'map[name:globex acme globex]',
    '[map[name:globex acme globex]]',
    '[globex\nacme globex]',
    [],
    [['acme']],
    [{ toString: 'acme' }],
    { acme: true },
    { 0: 'acme', length: 1 },
    true,
    1,
    null,
    undefined,
  ])('%j does not speak for acme', (tenant) => {
    expect(() => authorize(httpEvent({ claims: { tenant } }))).toThrow(forbidden);
  });

  it.each([undefined, null, 'acme', ['acme'], { other: 'acme' }, { Tenant: 'acme' }])(
    'is missed in claims %j',
    (claims) => {
      expect(() => authorize(httpEvent({ claims }))).toThrow(forbidden);
    },
  );

  it('is not found where it is inherited', () => {
    expect(() => authorize(httpEvent({ claims: Object.create({ tenant: 'acme' }) }))).toThrow(forbidden);
    expect(() => authorize(httpEvent({ claims: {}, path: { tenant_id: 'Object' } }), 'constructor')).toThrow(
      forbidden,
    );
  });

  it.each([
    ['no authorizer', httpEvent()],
    ['an IAM authorizer', withAuthorizer({ iam: { accountId: '000000000000' } })],
    ['a Lambda authorizer', withAuthorizer({ lambda: { tenant: 'acme' } })],
  ])('speaks for nobody with %s', (_name, event) => {
    expect(() => authorize(event)).toThrow(forbidden);
  });

  it.each([undefined, {}, { tenant_id: 'globex' }, { waba_id: 'acme' }])(
    'for acme does not open a path with parameters %j',
    (pathParameters) => {
      expect(() => authorize({ ...httpEvent({ claims: { tenant: 'acme' } }), pathParameters })).toThrow(
        forbidden,
      );
    },
  );

  it('is read from the field that the option names', () => {
    expect(authorize(httpEvent({ claims: { 'custom:tenants': 'acme' } }), 'custom:tenants')).toBeUndefined();
  });

  it('is asked for by no one where the option is not set', () => {
    expect(requireTenantClaim(undefined).before?.({ event: httpEvent() } as Request)).toBeUndefined();
  });

  it('lets no token in where the option is not set, for nobody would look at what it says', () => {
    const event = withAuthorizer({ jwt: { claims: { tenant: 'acme', undefined: 'acme' } } });
    expect(() => requireTenantClaim(undefined).before?.({ event } as Request)).toThrow(forbidden);
  });
});

function withAuthorizer(authorizer: object) {
  const event = httpEvent();
  return { ...event, requestContext: { ...event.requestContext, authorizer } };
}
