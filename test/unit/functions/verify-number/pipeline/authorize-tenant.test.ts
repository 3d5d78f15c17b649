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

const listed = ['acme', 'globex acme', 'acme globex', 'globex,acme', 'acme, globex', 'globex , acme'];
const alsoListed = ['globex  acme', '[acme]', '[globex acme]', '["globex","acme"]', ' [ "acme" ] '];
const others = ['globex', 'acme2', 'xacme', 'ACME', '[globex]', '[]', '["globex"]', 'globex, initech'];
const malformed = [
  '',
  ' ',
  '*',
  'acme a*',
  '[globex, acme,]',
  'acme,',
  ' acme',
  'acme\u0000',
  'acm\u0435 acme',
];
const nested = [
  '[[acme]]',
  '[globex] acme',
  '[[acme] globex]',
  '["acme",["globex"]]',
  '["acme",1]',
  '["acme"',
];
const objects = ['globex, map[a:b]', 'acme map[name:acme globex]', '[globex\nacme globex]', '{"acme":true}'];
const notStrings = [
  [{ toString: 'acme' }],
  { acme: true },
  { 0: 'acme', length: 1 },
  true,
  1,
  null,
  undefined,
];

describe('authorizeTenant', () => {
  it.each<[string | undefined, unknown[]]>([
    [undefined, [...listed, ...alsoListed, ['acme'], ['globex', 'acme']]],
    ['other_tenant', [...others, []]],
    ['claim_format', [...malformed, ...nested, ...objects, ['acme', ['acme']], ...notStrings]],
  ])('ends with %s for each of the claims %j', (reason, claims) => {
    for (const tenant of claims) {
      expect([tenant, getReason({ token: { claims: { tenant } } })]).toEqual([tenant, reason]);
    }
  });

  it.each<[string, Given, string | undefined]>([
    ['claims that are absent', { token: {} }, 'no_claim'],
    ['claims that are null', { token: { claims: null } }, 'no_claim'],
    ['claims that are text', { token: { claims: 'acme' } }, 'no_claim'],
    ['another claim', { token: { claims: { Tenant: 'acme' } } }, 'no_claim'],
    ['an inherited claim', { token: { claims: Object.create({ tenant: 'acme' }) } }, 'no_claim'],
    ['no token', {}, 'no_token'],
    ['the configured claim', { token: { claims: { 'a:b': 'acme' } }, claim: 'a:b' }, undefined],
    ['no token if no claim is configured', { claim: undefined }, undefined],
    // None of its claims would be checked.
    [
      'a token if no claim is configured',
      { token: { claims: { undefined: 'acme' } }, claim: undefined },
      'no_claim',
    ],
    ['the reserved tenant', { claim: undefined, tenantId: '_release-check' }, 'reserved_tenant'],
    [
      'a token that lists the reserved tenant',
      { token: { claims: { tenant: '_release-check' } }, tenantId: '_release-check' },
      'reserved_tenant',
    ],
    ['a direct caller', { channel: 'direct' }, undefined],
    ['a direct caller for the reserved tenant', { channel: 'direct', tenantId: '_release-check' }, undefined],
  ])('handles %s', (_name, given, reason) => {
    expect(getReason(given)).toBe(reason);
  });
});
