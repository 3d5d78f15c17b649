import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { InvalidOptions, type Options } from '../options/parse-options.ts';

/** How HTTP callers sign in, and how they are held to their tenants. */
export interface Authorization {
  readonly authorizer: IHttpRouteAuthorizer;
  /** The token's claim that must name the path's tenant. Absent: there is no token, and the path is IAM's business. */
  readonly tenantClaim?: string;
  readonly scopes: readonly string[];
}

/**
 * @param own takes the place of what the options name
 * @throws InvalidOptions for options about tokens where there are none
 */
export const authorizationOf = (options: Options, own?: IHttpRouteAuthorizer): Authorization => {
  const { authorization, jwtIssuer, jwtAudience, jwtTenantClaim, jwtScopes } = options;
  const scopes = jwtScopes ?? [];
  if (own) return { authorizer: own, scopes, ...(jwtTenantClaim && { tenantClaim: jwtTenantClaim }) };
  if (authorization === 'jwt' && jwtIssuer && jwtAudience) {
    const authorizer = new HttpJwtAuthorizer('Token', jwtIssuer, { jwtAudience: [...jwtAudience] });
    return { authorizer, scopes, tenantClaim: jwtTenantClaim ?? 'tenant_id' };
  }
  const given = Object.entries({ jwtIssuer, jwtAudience, jwtTenantClaim, jwtScopes }).filter(
    ([, value]) => value,
  );
  if (given.length === 0) return { authorizer: new HttpIamAuthorizer(), scopes };
  throw new InvalidOptions(
    given.map(
      ([name]) => `Option ${name} has a meaning only with authorization=jwt, or an authorizer of your own.`,
    ),
  );
};

/**
 * Refuses a route that is open, or whose tokens would not be held to their tenants.
 * @param authorizationType as CloudFormation knows it
 */
export const refuseLoose = (authorizationType: string | undefined, tenantClaim: string | undefined): void => {
  if (authorizationType === undefined || authorizationType === 'NONE') {
    throw new InvalidOptions([
      'The authorizer lets everybody in. Give one that authorizes: the route is never open.',
    ]);
  }
  if (authorizationType === 'JWT' && tenantClaim === undefined) {
    throw new InvalidOptions([
      "An authorizer of your own that takes tokens needs jwtTenantClaim: the claim that names the caller's tenants.",
    ]);
  }
  if (authorizationType !== 'JWT' && tenantClaim !== undefined) {
    throw new InvalidOptions([
      'Option jwtTenantClaim has a meaning only with tokens: this authorizer must hold callers to their tenants itself.',
    ]);
  }
};
