import { describe, expect, it } from '@jest/globals';
import { Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { NumberVerificationStackProps } from '../../../../lib/constructs/number-verification-stack.ts';
import { InvalidOptions } from '../../../../lib/options/parse-options.ts';
import { tokensOnOwnDomainInOwnVpc as tokens } from '../../../support/option-sets.ts';
import { numberVerificationStack, propertiesOf, templateOf } from '../../../support/synthesize.ts';

const routesOf = (template: Template) => propertiesOf(template, 'AWS::ApiGatewayV2::Route');

describe('the HTTP API', () => {
  it('has one route, for which callers sign with IAM, and answers no browser of another origin', () => {
    const template = templateOf();
    expect(routesOf(template)).toEqual([
      expect.objectContaining({
        RouteKey: 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
        AuthorizationType: 'AWS_IAM',
      }),
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: false });
    expect(propertiesOf(template, 'AWS::ApiGatewayV2::Api')[0]).not.toHaveProperty('CorsConfiguration');
  });

  it('lets in as many requests as the options say', () => {
    templateOf({ throttleRate: 5, throttleBurst: 10 }).hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
    });
  });

  it('logs requests without what callers wrote into them', () => {
    const [stage] = propertiesOf(templateOf(), 'AWS::ApiGatewayV2::Stage');
    const format: Record<string, string> = JSON.parse(stage.AccessLogSettings.Format);
    expect(Object.keys(format)).toEqual(
      expect.arrayContaining(['request_id', 'function_request_id', 'status']),
    );
    expect(Object.values(format).join()).not.toMatch(/path|query|body|header|rawdata/i);
  });

  it('on a domain of one’s own has no other address', () => {
    const template = templateOf(tokens);
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasOutput('ApiUrl', { Value: 'https://verify.example.com' });
    template.hasOutput('DomainTarget', {
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiDomain'), 'RegionalDomainName'] },
    });
  });
});

describe('tokens', () => {
  it('are asked for with their issuer, audience and scopes, and their claim told to the function', () => {
    const template = templateOf(tokens);
    expect(routesOf(template)).toEqual([
      expect.objectContaining({ AuthorizationType: 'JWT', AuthorizationScopes: ['verify:number'] }),
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Audience: ['verify'], Issuer: 'https://issuer.example.com' },
    });
  });

  it('name tenants by the claim tenant_id where no other is given', () => {
    const { jwtTenantClaim, ...unnamed } = tokens;
    templateOf(unnamed).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ TENANT_CLAIM: 'tenant_id' }) },
    });
  });

  it.each(['jwtIssuer', 'jwtAudience', 'jwtTenantClaim', 'jwtScopes'] as const)(
    'have no %s where callers sign with IAM',
    (name) => {
      expect(() => numberVerificationStack({ [name]: tokens[name] })).toThrow(
        new InvalidOptions([
          `Option ${name} has a meaning only with authorization=jwt, or an authorizer of your own.`,
        ]),
      );
    },
  );
});

describe('an authorizer of one’s own', () => {
  const ownToken = () =>
    new HttpJwtAuthorizer('Own', 'https://own.example.com', { jwtAudience: ['own'] }) as NonNullable<
      NumberVerificationStackProps['authorizer']
    >;
  const ownFunction = () => {
    const handler = new LambdaFunction(new Stack(), 'Authorizer', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => ({ isAuthorized: false });'),
    });
    return new HttpLambdaAuthorizer('Own', handler);
  };

  it('takes the place of IAM, and its tokens are held to their tenants by the claim', () => {
    const template = templateOf({ authorizer: ownToken(), jwtTenantClaim: 'org' });
    expect(routesOf(template)).toEqual([expect.objectContaining({ AuthorizationType: 'JWT' })]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ TENANT_CLAIM: 'org' }) },
    });
  });

  it('that lets everybody in is refused: the route is never open', () => {
    expect(() => numberVerificationStack({ authorizer: new HttpNoneAuthorizer() })).toThrow(
      /the route is never open/,
    );
  });

  it('that takes tokens is refused without a claim that holds them to their tenants', () => {
    expect(() => numberVerificationStack({ authorizer: ownToken() })).toThrow(/needs jwtTenantClaim/);
  });

  it('that takes no tokens is refused with a claim, which nobody would have', () => {
    expect(() => numberVerificationStack({ authorizer: ownFunction(), jwtTenantClaim: 'org' })).toThrow(
      /jwtTenantClaim has a meaning only with tokens/,
    );
  });
});

describe('a caller that is granted one tenant', () => {
  const grantedTo = (tenantId: string) => {
    const stack = numberVerificationStack();
    const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
    stack.grantVerify(caller, tenantId);
    const policies = propertiesOf(Template.fromStack(stack), 'AWS::IAM::Policy').filter(({ Roles }) =>
      JSON.stringify(Roles).includes('"Caller'),
    );
    return policies.map(({ PolicyDocument }) => PolicyDocument.Statement);
  };

  const path = (tenantId: unknown) => {
    const before = [
      'arn:aws:execute-api:ap-south-1:',
      { Ref: 'AWS::AccountId' },
      ':',
      { Ref: expect.any(String) },
    ];
    const after = '/whatsapp/*/number/verify';
    return typeof tenantId === 'string'
      ? [...before, `/$default/POST/tenants/${tenantId}${after}`]
      : [...before, '/$default/POST/tenants/', tenantId, after];
  };
  const onlyThere = (tenantId: unknown) => [
    [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: { 'Fn::Join': ['', path(tenantId)] } }],
  ];

  it('may call the route on the tenant’s path, and do nothing else', () => {
    expect(grantedTo('acme')).toEqual(onlyThere('acme'));
  });

  it('may be granted a tenant that is known only when the stack is deployed', () => {
    expect(grantedTo(Lazy.string({ produce: () => 'globex' }))).toEqual(onlyThere('globex'));
  });

  it.each(['*', 'acme/*', 'acme?', '..', '', 'acme whatsapp', 'a'.repeat(65)])(
    'is not granted %j',
    (tenantId) => {
      expect(() => grantedTo(tenantId)).toThrow(/must be a string of 1-64 of A-Z a-z 0-9 _ -/);
    },
  );

  it('is not granted anything where callers come with tokens', () => {
    const stack = numberVerificationStack(tokens);
    const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
    expect(() => stack.grantVerify(caller, 'acme')).toThrow(/needs the option authorization=iam/);
  });
});
