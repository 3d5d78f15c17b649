/** Checks that a JWT authorizes its bearer for the tenant of the request. */
import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { Failure } from '../core/failures.ts';

type JwtContext = Partial<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']>;

/**
 * Checks that the caller is authorized for the tenant, whether or not the tenant exists.
 * @param claim the JWT claim that lists the caller's tenants. Absent: IAM authorizes, and every token is refused
 * @throws Failure TenantForbidden
 */
export const authorizeTenant = (
  requestContext: APIGatewayEventRequestContextV2,
  claim: string | undefined,
  tenantId: string,
): void => {
  const token = (requestContext as JwtContext).authorizer?.jwt;
  if (claim === undefined && token === undefined) return;
  const claims: Record<string, unknown> = token?.claims ?? {};
  const hasClaim = claim !== undefined && Object.hasOwn(claims, claim);
  if (hasClaim && parseTenants(claims[claim]).includes(tenantId)) return;
  const reason = hasClaim ? 'other_tenant' : 'no_claim';
  throw new Failure(
    'TenantForbidden',
    'The token is not authorized for this tenant. Use a token whose claim lists the tenant in the path.',
    { reason: token ? reason : 'no_token' },
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
