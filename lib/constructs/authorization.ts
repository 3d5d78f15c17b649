/** How HTTP callers authenticate, and how they are restricted to their tenants. */
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { InvalidOptions } from '../values/rules.ts';
import { defaultTenantClaim, type Settings } from './number-verification-props.ts';

export interface Authorization {
  readonly authorizer: IHttpRouteAuthorizer;
  /** The token's claim that must list the path's tenant. Absent: there is no token, and IAM policies restrict the path. */
  readonly tenantClaim?: string | undefined;
}

export const selectAuthorization = (settings: Settings): Authorization => {
  const { authorizer, authorization, jwtIssuer = '', jwtAudience = [], jwtTenantClaim } = settings;
  if (authorizer) return { authorizer, tenantClaim: jwtTenantClaim };
  if (authorization === 'iam') return { authorizer: new HttpIamAuthorizer() };
  return {
    authorizer: new HttpJwtAuthorizer('Token', jwtIssuer, { jwtAudience: [jwtAudience].flat() }),
    tenantClaim: jwtTenantClaim ?? defaultTenantClaim,
  };
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
      'Prop jwtTenantClaim has an effect only with tokens. This authorizer must restrict callers to their tenants itself.',
    ]);
  }
};
