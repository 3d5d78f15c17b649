import { describe, expect, it } from '@jest/globals';
import { Lazy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
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
