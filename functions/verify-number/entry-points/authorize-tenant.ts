import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { Failure } from '../core/failures.ts';

/**
 * Middy middleware: holds a caller to the tenants that its token speaks for, before anything else is looked at, so
 * that a forbidden tenant answers alike whether or not it exists.
 * @param claim the JWT claim that names the tenants; without one, who may call is API Gateway's and IAM's business, and
 *   a token speaks for nobody
 */
export const requireTenantClaim = (claim: string | undefined): MiddlewareObj => ({
  before: ({ event }: { event: unknown }) => {
    const { requestContext, pathParameters } = event as APIGatewayProxyEventV2WithJWTAuthorizer;
    const token = requestContext.authorizer?.jwt;
    if (claim === undefined && token === undefined) return;
    const tenantId = pathParameters?.['tenant_id'];
    const claims: Record<string, unknown> = token?.claims ?? {};
    const tenants = claim !== undefined && Object.hasOwn(claims, claim) ? tenantsOf(claims[claim]) : [];
    if (!tenants.includes(tenantId)) {
      throw new Failure('TenantForbidden', "The token does not speak for this path's tenant.");
    }
  },
});

/**
 * A claim as a list: one string, a space-separated one, a list, or a list as API Gateway's HTTP APIs write it into
 * the event: `[acme globex]`. They write a claim of any other type as text too: lists in lists, and objects as
 * `map[name:value]`. Such a claim names nobody, whatever words stand in it.
 */
const tenantsOf = (claim: unknown): readonly unknown[] => {
  if (Array.isArray(claim)) return claim;
  if (typeof claim !== 'string') return [];
  const words = claim.replace(/^\[(.*)\]$/, '$1');
  return /[[\]]/.test(words) ? [] : words.split(/[ ,]/);
};
