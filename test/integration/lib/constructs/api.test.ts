import { describe, expect, it } from '@jest/globals';
import { Lazy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { createStack, synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { tokensAndExistingVpc as tokens } from '../../../support/option-sets.ts';
import { getProperties, getResources } from '../../../support/templates.ts';

const getRoutes = (template: Template) => getProperties(template, 'AWS::ApiGatewayV2::Route');

describe('the HTTP API', () => {
  it('has one route, which requires IAM signatures and allows no cross-origin requests', () => {
    const template = synthesizeTemplate();
    expect(getRoutes(template)).toEqual([
      expect.objectContaining({
        RouteKey: 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
        AuthorizationType: 'AWS_IAM',
      }),
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: false });
    expect(getProperties(template, 'AWS::ApiGatewayV2::Api')[0]).not.toHaveProperty('CorsConfiguration');
  });

  it('throttles as throttleRate and throttleBurst say', () => {
    synthesizeTemplate({ throttleRate: 5, throttleBurst: 10 }).hasResourceProperties(
      'AWS::ApiGatewayV2::Stage',
      {
        StageName: '$default',
        DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      },
    );
  });

  it('logs requests without their path, query string, headers and body', () => {
    const [stage] = getProperties(synthesizeTemplate(), 'AWS::ApiGatewayV2::Stage');
    const format: Record<string, string> = JSON.parse(stage.AccessLogSettings.Format);
    expect(Object.keys(format)).toEqual(
      expect.arrayContaining(['request_id', 'function_request_id', 'status']),
    );
    expect(Object.values(format).join()).not.toMatch(/path|query|body|header|rawdata/i);
  });

  it('has no other address than its custom domain', () => {
    const template = synthesizeTemplate(tokens);
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasOutput('ApiUrl', { Value: 'https://verify.example.com' });
    template.hasOutput('DomainTarget', {
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiDomain'), 'RegionalDomainName'] },
    });
  });

  it('keeps its default address next to the domain with keepDefaultEndpoint', () => {
    synthesizeTemplate({ ...tokens, keepDefaultEndpoint: true }).hasResourceProperties(
      'AWS::ApiGatewayV2::Api',
      {
        DisableExecuteApiEndpoint: false,
      },
    );
  });

  it('logs to a group that AWS services may write to and whose name is unique to the stack', () => {
    const template = synthesizeTemplate({ logRetentionDays: 30, removalPolicy: 'destroy' });
    const stackGuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    const groups = getResources(template, 'AWS::Logs::LogGroup').filter(
      ({ Properties }) => Properties.LogGroupName,
    );
    expect(groups).toEqual([
      expect.objectContaining({
        DeletionPolicy: 'Delete',
        Properties: {
          RetentionInDays: 30,
          LogGroupName: {
            'Fn::Join': [
              '',
              [
                expect.stringMatching(/^\/aws\/vendedlogs\/apigateway\/NumberVerification/),
                { 'Fn::Select': [4, { 'Fn::Split': ['-', stackGuid] }] },
              ],
            ],
          },
        },
      }),
    ]);
  });

  it('counts throttled and rejected requests from its log', () => {
    const patterns = getProperties(synthesizeTemplate(), 'AWS::Logs::MetricFilter').map(
      ({ FilterPattern }) => FilterPattern,
    );
    expect(patterns.filter((pattern) => pattern.includes('$.status'))).toEqual([
      '{ $.status = "429" && $.function_request_id = "-" }',
      '{ $.status = "401" || $.status = "403" }',
    ]);
  });
});

describe('grantVerify', () => {
  const grantedTo = (tenantId: string) => {
    const stack = createStack();
    const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
    stack.grantVerify(caller, tenantId);
    const policies = getProperties(Template.fromStack(stack), 'AWS::IAM::Policy').filter(({ Roles }) =>
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

  it('allows the route on the tenant’s path and nothing else', () => {
    expect(grantedTo('acme')).toEqual(onlyThere('acme'));
  });

  it('accepts a tenant that is known only during the deployment', () => {
    expect(grantedTo(Lazy.string({ produce: () => 'globex' }))).toEqual(onlyThere('globex'));
  });

  it.each(['*', 'acme/*', 'acme?', '..', '', 'acme whatsapp', 'a'.repeat(65)])(
    'rejects the tenant id %j',
    (tenantId) => {
      expect(() => grantedTo(tenantId)).toThrow(/must be a string of 1-64 characters from A-Z a-z 0-9 _ -/);
    },
  );

  it('rejects APIs whose callers use tokens', () => {
    const stack = createStack(tokens);
    const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
    expect(() => stack.grantVerify(caller, 'acme')).toThrow(/needs the option authorization=iam/);
  });
});
