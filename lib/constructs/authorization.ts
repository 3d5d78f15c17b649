import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { defaultTenantClaim } from '../options/option-table.ts';
import { InvalidOptions, type Options } from '../options/parse-options.ts';

/** How HTTP callers authenticate, and how they are restricted to their tenants. */
export interface Authorization {
  readonly authorizer: IHttpRouteAuthorizer;
  /** The token's claim that must list the path's tenant. Absent: there is no token, and IAM policies restrict the path. */
  readonly tenantClaim?: string;
  readonly scopes: readonly string[];
}

/**
 * Selects the authorizer.
 * @param given takes precedence over the options
 * @throws InvalidOptions for options about tokens if callers do not send tokens
 */
export const selectAuthorization = (options: Options, given?: IHttpRouteAuthorizer): Authorization => {
  const { authorization, jwtIssuer, jwtAudience, jwtTenantClaim, jwtScopes } = options;
  const scopes = jwtScopes ?? [];
  if (given) return { authorizer: given, scopes, ...(jwtTenantClaim && { tenantClaim: jwtTenantClaim }) };
  if (authorization === 'jwt' && jwtIssuer && jwtAudience) {
    const authorizer = new HttpJwtAuthorizer('Token', jwtIssuer, { jwtAudience: [...jwtAudience] });
    return { authorizer, scopes, tenantClaim: jwtTenantClaim ?? defaultTenantClaim };
  }
  const withoutEffect = Object.entries({ jwtIssuer, jwtAudience, jwtTenantClaim, jwtScopes }).filter(
    ([, value]) => value,
  );
  if (withoutEffect.length === 0) return { authorizer: new HttpIamAuthorizer(), scopes };
  throw new InvalidOptions(
    withoutEffect.map(
      ([name]) => `Option ${name} has an effect only with authorization=jwt or with the prop authorizer.`,
    ),
  );
};

/**
 * Checks that the route authorizes callers and that the claim fits the authorizer.
 * @param authorizationType CloudFormation's name of the type
 * @throws InvalidOptions
 */
export const checkRouteAuthorization = (
  authorizationType: string | undefined,
  tenantClaim: string | undefined,
): void => {
  if (authorizationType === undefined || authorizationType === 'NONE') {
    throw new InvalidOptions(['The authorizer accepts every request. Use one that authorizes callers.']);
  }
  if (authorizationType === 'JWT' && tenantClaim === undefined) {
    throw new InvalidOptions([
      "An authorizer for tokens needs jwtTenantClaim, the claim that lists the caller's tenants.",
    ]);
  }
  if (authorizationType !== 'JWT' && tenantClaim !== undefined) {
    throw new InvalidOptions([
      'Option jwtTenantClaim has an effect only with tokens. This authorizer must restrict callers to their tenants itself.',
    ]);
  }
};
