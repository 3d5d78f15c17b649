import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { readConfig } from '../../../../functions/verify-number/config.ts';
import { synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { staticEgressAndTheRest, tokensAndExistingVpc } from '../../../support/option-sets.ts';
import { getProperties } from '../../../support/templates.ts';

const account = { Ref: 'AWS::AccountId' };
const secrets = (prefix: string) => ({
  'Fn::Join': ['', ['arn:aws:secretsmanager:ap-south-1:', account, `:secret:${prefix}*`]],
});
const writeLogs = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberLogs/), 'Arn'] },
};
const readSecrets = (prefix = 'kaleyra/') => ({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource: secrets(prefix),
});

/** All permissions of the function's role. */
const getPermissions = (template: Template): unknown => {
  const [role] = getProperties(template, 'AWS::IAM::Role').filter(({ Description }) =>
    /credentials/.test(Description),
  );
  expect(Object.keys(role).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
  return getProperties(template, 'AWS::IAM::Policy')
    .filter(({ Roles }) => JSON.stringify(Roles).includes('VerifyNumberRole'))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

const getFunction = (template: Template) =>
  getProperties(template, 'AWS::Lambda::Function').find(
    ({ Environment }) => Environment?.Variables.KALEYRA_POD,
  );

describe("the function's role", () => {
  it('may read the secrets under the prefix and write its own logs, and nothing else', () => {
    expect(getPermissions(synthesizeTemplate())).toEqual([writeLogs, readSecrets()]);
  });

  it('may decrypt with each given key, only through Secrets Manager and only those secrets', () => {
    const keys = ['00000000-0000-0000-0000-000000000000', 'mrk-00000000000000000000000000000000'].map(
      (id) => `arn:aws:kms:ap-south-1:111122223333:key/${id}`,
    );
    expect(getPermissions(synthesizeTemplate({ secretKeyArn: keys, secretPrefix: 'prod/' }))).toEqual([
      writeLogs,
      readSecrets('prod/'),
      ...keys.map((key) => ({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: key,
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.ap-south-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': secrets('prod/') },
        },
      })),
    ]);
  });

  it('may count attempts in its table, but not read it, with countAttempts', () => {
    const table = { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberAttemptsTable/), 'Arn'] };
    expect(getPermissions(synthesizeTemplate({ countAttempts: true }))).toEqual([
      writeLogs,
      readSecrets(),
      { Effect: 'Allow', Action: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'], Resource: table },
    ]);
  });
});

describe('a change of options', () => {
  const separatePolicies = (template: Template): string[] =>
    Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) =>
      /^VerifyNumberRole(?!DefaultPolicy)/.test(id),
    );

  it('changes the ids of policies, so that the old version keeps its permissions while it has traffic', () => {
    const before = separatePolicies(synthesizeTemplate({ countAttempts: true, secretPrefix: 'old/' }));
    const after = separatePolicies(synthesizeTemplate({ secretPrefix: 'new/' }));
    expect(before).toEqual([
      expect.stringMatching(/^VerifyNumberRoleReadSecrets/),
      expect.stringMatching(/^VerifyNumberRoleCountAttempts/),
    ]);
    expect(after).toEqual([expect.stringMatching(/^VerifyNumberRoleReadSecrets/)]);
    expect(before).not.toContain(after[0]);
  });
});

describe('the function', () => {
  it('can be invoked by the route only', () => {
    expect(getProperties(synthesizeTemplate(), 'AWS::Lambda::Permission')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: expect.stringMatching(/^VerifyNumberHandlerAliaslive/) },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Join': [
            '',
            [
              'arn:aws:execute-api:ap-south-1:',
              account,
              ':',
              { Ref: expect.stringMatching(/^ApiHttp/) },
              '/*/*/tenants/{tenant_id}/whatsapp/{waba_id}/number/verify',
            ],
          ],
        },
      },
    ]);
  });

  it('has the environment of the contract', () => {
    expect(getFunction(synthesizeTemplate()).Environment.Variables).toEqual({
      SECRET_PREFIX: 'kaleyra/',
      SECRET_TTL_SECONDS: '300',
      KALEYRA_POD: 'IN',
      KALEYRA_TIMEOUT_MS: '10000',
    });
    expect(getFunction(synthesizeTemplate(tokensAndExistingVpc)).Environment.Variables.TENANT_CLAIM).toBe(
      'tenants',
    );
  });

  it('reads back the options from its environment', () => {
    const variables = getFunction(synthesizeTemplate(staticEgressAndTheRest)).Environment.Variables;
    expect(variables.ATTEMPTS_TABLE).toEqual({ Ref: expect.stringMatching(/^VerifyNumberAttempts/) });
    expect(readConfig({ ...variables, ATTEMPTS_TABLE: 'attempts' })).toEqual({
      secretPrefix: 'prod/kaleyra/',
      secretTtlMs: 60_000,
      pod: 'EU',
      kaleyraTimeoutMs: 18_000,
      problemTypeBase: 'https://docs.example.com/problems',
      attempts: { table: 'attempts', onFailure: 'refuse', tenantRequestsPerMinute: 120 },
    });
  });

  it.each([
    [100, false, 8],
    [10_000, false, 17],
    [18_000, false, 25],
    [18_000, true, 27],
  ])(
    'with kaleyraTimeoutMs=%i and countAttempts=%s times out after %i s',
    (kaleyraTimeoutMs, countAttempts, s) => {
      expect(getFunction(synthesizeTemplate({ kaleyraTimeoutMs, countAttempts })).Timeout).toBe(s);
    },
  );

  it('runs on Node.js 24 and arm64, or x86_64', () => {
    expect(getFunction(synthesizeTemplate())).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
    expect(getFunction(synthesizeTemplate({ architecture: 'x86_64' }))).toMatchObject({
      Architectures: ['x86_64'],
    });
  });

  it('does not retry asynchronous invocations', () => {
    expect(getProperties(synthesizeTemplate(), 'AWS::Lambda::EventInvokeConfig')).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }),
    ]);
  });
});
