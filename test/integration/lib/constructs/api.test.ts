import { describe, expect, it } from '@jest/globals';
import {
  getProperties,
  getResources,
  type Json,
  readStack,
  readTemplate,
} from '../../../support/read-stacks.ts';

const template = readTemplate('default');
const tokens = readTemplate('tokens and an existing VPC');
const getApi = (found: Json) => getProperties(found, 'AWS::ApiGatewayV2::Api')[0];
const getRoutes = (found: Json) => getProperties(found, 'AWS::ApiGatewayV2::Route');
const getClaim = (found: Json) =>
  getProperties(found, 'AWS::Lambda::Function').flatMap(
    ({ Environment }) => Environment?.Variables.TENANT_CLAIM ?? [],
  );

describe('the HTTP API', () => {
  it('has one route, which requires IAM signatures and allows no cross-origin requests', () => {
    expect(getRoutes(template)).toEqual([
      expect.objectContaining({
        RouteKey: 'POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
        AuthorizationType: 'AWS_IAM',
      }),
    ]);
    expect(getApi(template)).toMatchObject({ DisableExecuteApiEndpoint: false });
    expect(getApi(template)).not.toHaveProperty('CorsConfiguration');
  });

  it('throttles as throttleRate and throttleBurst say', () => {
    const [stage] = getProperties(readTemplate('static egress and the rest'), 'AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
    });
  });

  it('accepts by default as many requests within kaleyraTimeout as Lambda’s default concurrency', () => {
    const [{ DefaultRouteSettings }] = getProperties(template, 'AWS::ApiGatewayV2::Stage');
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = DefaultRouteSettings;
    expect(10 * ThrottlingRateLimit + ThrottlingBurstLimit).toBe(1000);
  });

  it('logs requests without their path, query string, headers and body', () => {
    const [stage] = getProperties(template, 'AWS::ApiGatewayV2::Stage');
    const format: Record<string, string> = JSON.parse(stage.AccessLogSettings.Format);
    expect(Object.keys(format)).toEqual(
      expect.arrayContaining(['request_id', 'function_request_id', 'status']),
    );
    expect(Object.values(format).join()).not.toMatch(/path|query|body|header|rawdata/i);
  });

  it('has no other address than its custom domain, unless keepDefaultEndpoint is set', () => {
    expect(getApi(tokens)).toMatchObject({ DisableExecuteApiEndpoint: true });
    expect(tokens.Outputs).toMatchObject({
      ApiUrl: { Value: 'https://verify.example.com' },
      DomainTarget: { Value: { 'Fn::GetAtt': [expect.stringMatching(/^ApiDomain/), 'RegionalDomainName'] } },
    });
    const [main] = Object.keys(readStack('transition').templates);
    expect(getApi(readTemplate('transition', main))).toMatchObject({ DisableExecuteApiEndpoint: false });
  });

  it('logs to a group that AWS services may write to and whose name is unique to the stack', () => {
    const stackGuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    const groups = getResources(template, 'AWS::Logs::LogGroup').filter(
      ({ Properties }) => Properties.LogGroupName,
    );
    const prefix = expect.stringMatching(/^\/aws\/vendedlogs\/apigateway\/KaleyraNumberVerification/);
    expect(groups.map(({ Properties }) => Properties.LogGroupName)).toEqual([
      { 'Fn::Join': ['', [prefix, { 'Fn::Select': [4, { 'Fn::Split': ['-', stackGuid] }] }]] },
    ]);
  });

  it('counts throttled and rejected requests from its log', () => {
    const patterns = getProperties(template, 'AWS::Logs::MetricFilter').map(
      ({ FilterPattern }) => FilterPattern,
    );
    expect(patterns.filter((pattern) => pattern.includes('$.status'))).toEqual([
      '{ $.status = "429" && $.function_request_id = "-" }',
      '{ $.status = "401" || $.status = "403" }',
    ]);
  });
});

describe('authorization with tokens', () => {
  it('checks issuer, audience and scopes, and passes the claim to the function', () => {
    expect(getRoutes(tokens)).toEqual([
      expect.objectContaining({ AuthorizationType: 'JWT', AuthorizationScopes: ['verify:number'] }),
    ]);
    expect(getProperties(tokens, 'AWS::ApiGatewayV2::Authorizer')).toEqual([
      expect.objectContaining({
        AuthorizerType: 'JWT',
        JwtConfiguration: { Audience: ['verify'], Issuer: 'https://issuer.example.com' },
      }),
    ]);
    expect(getClaim(tokens)).toEqual(['tenants']);
  });

  it('uses the claim tenant_id by default', () => {
    expect(getClaim(readTemplate('tokens: a user pool'))).toEqual(['tenant_id']);
  });

  it('can be done by a given authorizer, whose claim restricts tokens to their tenants', () => {
    const given = readTemplate('a given authorizer');
    expect(getRoutes(given)).toEqual([expect.objectContaining({ AuthorizationType: 'JWT' })]);
    expect(getClaim(given)).toEqual(['org']);
  });

  it.each([
    ['an authorizer that lets everybody in', /accepts every request/],
    ['an authorizer for tokens without a claim', /needs jwtTenantClaim/],
    ['a claim without tokens', /jwtTenantClaim has an effect only with tokens/],
  ])('rejects %s', (scenario, error) => {
    expect(readStack(`rejected: ${scenario}`).error).toMatch(error);
  });
});

describe('grantVerify', () => {
  it.each(['acme', 'a token'])(
    'allows the route on the path of one tenant and nothing else: %s',
    (scenario) => {
      const tenantId = scenario === 'acme' ? 'acme' : 'globex';
      const policies = getProperties(readTemplate(`grantVerify: ${scenario}`), 'AWS::IAM::Policy').filter(
        ({ Roles }) => JSON.stringify(Roles).includes('"Caller'),
      );
      const api = { Ref: expect.any(String) };
      const path = `/$default/POST/tenants/${tenantId}/whatsapp/*/number/verify`;
      const arn = ['arn:aws:execute-api:ap-south-1:111122223333:', api, path];
      expect(policies.map(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
        [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: { 'Fn::Join': ['', arn] } }],
      ]);
    },
  );

  it('rejects ids that would match other tenants', () => {
    const { result } = readStack('grantVerify: other ids');
    expect(result).toHaveLength(7);
    for (const error of result) expect(error).toMatch(/1-64 characters from A-Z a-z 0-9 _ -/);
  });

  it('rejects APIs whose callers use tokens', () => {
    expect(readStack('grantVerify: tokens').error).toMatch(/needs authorization: iam/);
  });
});
