/** Checks that a JWT authorizes its bearer for the tenant of the request. */
import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { Failure } from '../core/failures.ts';

type JwtContext = Partial<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']>;

/**
 * Returns the failure if the caller is not authorized for the tenant. A tenant that does not exist is refused alike.
 * @param claim the JWT claim that lists the caller's tenants. Absent: IAM authorizes, and every token is refused
 */
export const checkTenant = (
  requestContext: APIGatewayEventRequestContextV2,
  claim: string | undefined,
  tenantId: string,
): Failure | undefined => {
  const token = (requestContext as JwtContext).authorizer?.jwt;
  if (claim === undefined && token === undefined) return undefined;
  const claims: Record<string, unknown> = token?.claims ?? {};
  const tenants = claim !== undefined && Object.hasOwn(claims, claim) ? parseTenants(claims[claim]) : [];
  if (tenants.includes(tenantId)) return undefined;
  return new Failure(
    'TenantForbidden',
    'The token is not authorized for this tenant. Use a token whose claim lists the tenant in the path.',
  );
};

/**
 * Reads a claim: one tenant id, a space-separated string, a list, or a list as HTTP APIs write it into the event,
 * `[acme globex]`. HTTP APIs also write nested lists and objects (`map[name:value]`) as text; they list no tenant.
 */
const parseTenants = (claim: unknown): readonly unknown[] => {
  if (Array.isArray(claim)) return claim;
  if (typeof claim !== 'string') return [];
  const words = claim.replace(/^\[(.*)\]$/, '$1');
  return /[[\]]/.test(words) ? [] : words.split(' ');
};
