import { describe, expect, it } from '@jest/globals';
import { authorizeTenant } from '../../../../../functions/verify-number/entry-points/authorize-tenant.ts';
import { httpEvent } from '../../../../support/events.ts';

const check = (
  event: ReturnType<typeof httpEvent>,
  claim: string | undefined = 'tenant',
  tenantId = 'acme',
) => authorizeTenant(event.requestContext, claim, tenantId);

const forbidden = expect.objectContaining({
  code: 'TenantForbidden',
  message:
    'The token is not authorized for this tenant. Use a token whose claim lists the tenant in the path.',
});

describe('authorizeTenant', () => {
  it.each(['acme', 'globex acme', 'acme globex', '[acme]', '[globex acme]', ['acme'], ['globex', 'acme']])(
    'authorizes a token for acme whose claim is %j',
    (tenant) => {
      expect(() => check(httpEvent({ claims: { tenant } }))).not.toThrow();
    },
  );

  it.each([
    'globex',
    '',
    ' ',
    'acme2',
    'xacme',
    'ACME',
    '*',
    'a*',
    'acme,globex',
    'globex,acme',
    '[globex, acme,]',
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
  ])('forbids a token for acme whose claim is %j', (tenant) => {
    expect(() => check(httpEvent({ claims: { tenant } }))).toThrow(forbidden);
  });

  it.each([undefined, null, 'acme', ['acme'], { other: 'acme' }, { Tenant: 'acme' }])(
    'forbids a token without the claim: %j',
    (claims) => {
      expect(() => check(httpEvent({ claims }))).toThrow(forbidden);
    },
  );

  it('ignores inherited properties of the claims', () => {
    expect(() => check(httpEvent({ claims: Object.create({ tenant: 'acme' }) }))).toThrow(forbidden);
    expect(() => check(httpEvent({ claims: {} }), 'constructor', 'Object')).toThrow(forbidden);
  });

  it.each([
    ['no authorizer', httpEvent()],
    ['an IAM authorizer', withAuthorizer({ iam: { accountId: '000000000000' } })],
    ['a Lambda authorizer', withAuthorizer({ lambda: { tenant: 'acme' } })],
  ])('forbids every tenant if a claim is required and there is %s', (_name, event) => {
    expect(() => check(event)).toThrow(forbidden);
  });

  it('reads the configured claim', () => {
    expect(() => check(httpEvent({ claims: { 'custom:tenants': 'acme' } }), 'custom:tenants')).not.toThrow();
  });

  it('authorizes every request without a token if no claim is configured', () => {
    expect(() => authorizeTenant(httpEvent().requestContext, undefined, 'acme')).not.toThrow();
  });

  it('forbids every token if no claim is configured, because none of its claims would be checked', () => {
    const { requestContext } = withAuthorizer({ jwt: { claims: { tenant: 'acme', undefined: 'acme' } } });
    expect(() => authorizeTenant(requestContext, undefined, 'acme')).toThrow(forbidden);
  });
});

describe('the reason of a forbidden request', () => {
  it.each([
    ['no_token', httpEvent()],
    ['no_claim', httpEvent({ claims: {} })],
    ['other_tenant', httpEvent({ claims: { tenant: 'globex' } })],
  ])('is %s', (reason, event) => {
    expect(() => check(event)).toThrow(expect.objectContaining({ reason }));
  });
});

function withAuthorizer(authorizer: object) {
  const event = httpEvent();
  return { ...event, requestContext: { ...event.requestContext, authorizer } };
}
