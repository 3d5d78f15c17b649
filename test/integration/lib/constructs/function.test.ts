import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../../functions/verify-number/config.ts';
import { findResources, getProperties, type Json, readTemplate } from '../../../support/read-stacks.ts';

const template = readTemplate('default');
const everything = readTemplate('static egress and the rest');

const getSecrets = (prefix: string, account: unknown = { Ref: 'AWS::AccountId' }) => ({
  'Fn::Join': ['', ['arn:aws:secretsmanager:ap-south-1:', account, `:secret:${prefix}*`]],
});
const writeLogs = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: { 'Fn::GetAtt': [expect.stringMatching(/VerifyNumberLogs/), 'Arn'] },
};
const readSecrets = (Resource: unknown) => ({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource,
});

/** All permissions of the function's role. */
const getPermissions = (found: Json): readonly Json[] => {
  const [role] = getProperties(found, 'AWS::IAM::Role').filter(({ Description }) =>
    /credentials/.test(Description),
  );
  expect(Object.keys(role).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
  return getProperties(found, 'AWS::IAM::Policy')
    .filter(({ Roles }) => JSON.stringify(Roles).includes('VerifyNumberRole'))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

const getFunction = (found: Json) =>
  getProperties(found, 'AWS::Lambda::Function').find(({ Environment }) => Environment?.Variables.KALEYRA_POD);

describe("the function's role", () => {
  it('may read the secrets under the prefix and write its own logs, and nothing else', () => {
    expect(getPermissions(template)).toEqual([writeLogs, readSecrets(getSecrets('kaleyra/'))]);
  });

  it('may decrypt with each given key, only through Secrets Manager and only those secrets', () => {
    const secrets = 'arn:aws:secretsmanager:ap-south-1:111122223333:secret:prod/*';
    expect(getPermissions(readTemplate('given keys'))).toEqual([
      writeLogs,
      readSecrets(secrets),
      ...['One', 'Two'].map((name) => ({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(`^${name}`), 'Arn'] },
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.ap-south-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': secrets },
        },
      })),
    ]);
  });

  it('may count attempts in its table, but not read it, with countAttempts', () => {
    expect(getPermissions(everything)).toContainEqual({
      Effect: 'Allow',
      Action: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberAttemptsTable/), 'Arn'] },
    });
  });

  it('gains nothing for outcome events', () => {
    const actions = getPermissions(everything).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(events|sqs):/.test(action))).toEqual([]);
  });
});

describe('the function', () => {
  it('can be invoked by the route only', () => {
    const api = { Ref: expect.stringMatching(/^ApiHttp/) };
    const path = '/*/*/tenants/{tenant_id}/whatsapp/{waba_id}/number/verify';
    const arn = ['arn:aws:execute-api:ap-south-1:', { Ref: 'AWS::AccountId' }, ':', api, path];
    expect(getProperties(template, 'AWS::Lambda::Permission')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: expect.stringMatching(/^VerifyNumberHandlerAliaslive/) },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Join': ['', arn] },
      },
    ]);
  });

  it('has the environment of the contract, 256 MB, Node.js 24 and arm64 by default', () => {
    expect(getFunction(template)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 256,
      Timeout: 17,
    });
    expect(getFunction(template).Environment.Variables).toEqual({
      SECRET_PREFIX: 'kaleyra/',
      SECRET_TTL_SECONDS: '300',
      KALEYRA_POD: 'IN',
      KALEYRA_TIMEOUT_MS: '10000',
    });
  });

  it('reads back the options from its environment', () => {
    const { Environment, ...others } = getFunction(everything);
    expect(others).toMatchObject({ Architectures: ['x86_64'], MemorySize: 1024 });
    expect(Environment.Variables.ATTEMPTS_TABLE).toEqual({
      Ref: expect.stringMatching(/^VerifyNumberAttempts/),
    });
    expect(readConfig({ ...Environment.Variables, ATTEMPTS_TABLE: 'attempts' })).toEqual({
      secretPrefix: 'prod/kaleyra/',
      secretTtlMs: 60_000,
      pod: 'EU',
      kaleyraTimeoutMs: 18_000,
      problemTypeBase: 'https://docs.example.com/problems',
      attempts: { table: 'attempts', onFailure: 'refuse', tenantRequestsPerMinute: 120 },
    });
  });

  it.each([
    ['the shortest timeout', 8],
    ['the longest timeout', 25],
    ['static egress and the rest', 27],
  ])('derives its timeout from kaleyraTimeout: with %s, %i s', (scenario, seconds) => {
    expect(getFunction(readTemplate(scenario)).Timeout).toBe(seconds);
  });

  it('does not retry asynchronous invocations', () => {
    expect(getProperties(template, 'AWS::Lambda::EventInvokeConfig')).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }),
    ]);
  });

  it('passes parameters of the template on to the function and the API', () => {
    const found = readTemplate('tokens: parameters');
    const parameter = { Ref: 'Number' };
    expect(getFunction(found)).toMatchObject({
      MemorySize: parameter,
      ReservedConcurrentExecutions: parameter,
    });
    expect(getFunction(found).Environment.Variables).toMatchObject({
      SECRET_TTL_SECONDS: parameter,
      TENANT_REQUESTS_PER_MINUTE: parameter,
      PROBLEM_TYPE_BASE: { 'Fn::ImportValue': 'page' },
    });
    expect(getProperties(found, 'AWS::Lambda::Alias')[0].ProvisionedConcurrencyConfig).toEqual({
      ProvisionedConcurrentExecutions: parameter,
    });
  });
});

describe('a change of permissions', () => {
  it('changes the ids of policies, so that the old version keeps its permissions while it has traffic', () => {
    const getSeparatePolicies = (found: Json): string[] =>
      Object.keys(findResources(found, 'AWS::IAM::Policy')).filter((id) =>
        /^VerifyNumberRole(?!Default)/.test(id),
      );
    const before = getSeparatePolicies(everything);
    expect(before).toContainEqual(expect.stringMatching(/^VerifyNumberRoleReadSecrets/));
    for (const id of getSeparatePolicies(template)) expect(before).not.toContain(id);
  });
});
