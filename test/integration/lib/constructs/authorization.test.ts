import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { NumberVerificationProps } from '../../../../lib/constructs/number-verification-props.ts';
import { InvalidOptions } from '../../../../lib/options/parse-options.ts';
import { createStack, synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { tokensAndExistingVpc as tokens } from '../../../support/option-sets.ts';
import { getProperties } from '../../../support/templates.ts';

const getRoutes = (template: Template) => getProperties(template, 'AWS::ApiGatewayV2::Route');

const expectTenantClaim = (template: Template, claim: string) =>
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ TENANT_CLAIM: claim }) },
  });

describe('authorization with tokens', () => {
  it('checks issuer, audience and scopes, and passes the claim to the function', () => {
    const template = synthesizeTemplate(tokens);
    expect(getRoutes(template)).toEqual([
      expect.objectContaining({ AuthorizationType: 'JWT', AuthorizationScopes: ['verify:number'] }),
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Audience: ['verify'], Issuer: 'https://issuer.example.com' },
    });
    expectTenantClaim(template, 'tenants');
  });

  it('uses the claim tenant_id by default', () => {
    const { jwtTenantClaim, ...others } = tokens;
    expectTenantClaim(synthesizeTemplate(others), 'tenant_id');
  });

  it.each(['jwtIssuer', 'jwtAudience', 'jwtTenantClaim', 'jwtScopes'] as const)(
    'rejects %s if callers authenticate with IAM',
    (name) => {
      expect(() => createStack({ [name]: tokens[name] })).toThrow(
        new InvalidOptions([
          `Option ${name} has an effect only with authorization=jwt or with the prop authorizer.`,
        ]),
      );
    },
  );
});

describe('the prop authorizer', () => {
  const tokenAuthorizer = () =>
    new HttpJwtAuthorizer('Custom', 'https://custom.example.com', {
      jwtAudience: ['custom'],
    }) as NonNullable<NumberVerificationProps['authorizer']>;
  const lambdaAuthorizer = () => {
    const handler = new LambdaFunction(new Stack(), 'Authorizer', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => ({ isAuthorized: false });'),
    });
    return new HttpLambdaAuthorizer('Custom', handler);
  };

  it('replaces IAM, and its claim restricts tokens to their tenants', () => {
    const template = synthesizeTemplate({ authorizer: tokenAuthorizer(), jwtTenantClaim: 'org' });
    expect(getRoutes(template)).toEqual([expect.objectContaining({ AuthorizationType: 'JWT' })]);
    expectTenantClaim(template, 'org');
  });

  it('cannot leave the route open', () => {
    expect(() => createStack({ authorizer: new HttpNoneAuthorizer() })).toThrow(
      'The authorizer accepts every request. Use one that authorizes callers.',
    );
  });

  it('needs a claim if it accepts tokens', () => {
    expect(() => createStack({ authorizer: tokenAuthorizer() })).toThrow(/needs jwtTenantClaim/);
  });

  it('cannot have a claim if it does not accept tokens', () => {
    expect(() => createStack({ authorizer: lambdaAuthorizer(), jwtTenantClaim: 'org' })).toThrow(
      /jwtTenantClaim has an effect only with tokens/,
    );
  });
});
