import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { readConfig } from '../../../../functions/verify-number/config.ts';
import { type BuiltFunction, buildFunction } from '../../../support/built-function.ts';
import { fixedAddressAndAllElse, tokensOnOwnDomainInOwnVpc } from '../../../support/option-sets.ts';
import { numberVerificationStack, propertiesOf, templateOf } from '../../../support/synthesize.ts';

const account = { Ref: 'AWS::AccountId' };
const secrets = (prefix: string) => ({
  'Fn::Join': ['', ['arn:aws:secretsmanager:ap-south-1:', account, `:secret:${prefix}*`]],
});
const logs = { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberLogs/), 'Arn'] };
const writesItsLogs = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: logs,
};

/** All that the function's role may do. */
const rightsOf = (template: Template): unknown => {
  const policies = propertiesOf(template, 'AWS::IAM::Policy').filter(({ Roles }) =>
    JSON.stringify(Roles).includes('VerifyNumberRole'),
  );
  expect(policies).toHaveLength(1);
  const [role] = propertiesOf(template, 'AWS::IAM::Role').filter(({ Description }) =>
    /credentials/.test(Description),
  );
  expect(Object.keys(role).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
  return policies[0].PolicyDocument.Statement;
};

/** With a VPC there is another, which CDK uses to empty the VPC's default security group. */
const functionOf = (template: Template) =>
  propertiesOf(template, 'AWS::Lambda::Function').find(({ Handler }) => Handler === 'index.handler');

describe('the function may', () => {
  it('read the secrets under the prefix in its own account and region, write its own logs, and nothing else', () => {
    expect(rightsOf(templateOf())).toEqual([
      writesItsLogs,
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets('kaleyra/') },
    ]);
  });

  it('decrypt with the given key, through Secrets Manager and for those secrets alone', () => {
    const secretKeyArn = 'arn:aws:kms:ap-south-1:111122223333:key/00000000-0000-0000-0000-000000000000';
    expect(rightsOf(templateOf({ secretKeyArn: [secretKeyArn], secretPrefix: 'prod/' }))).toEqual([
      writesItsLogs,
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets('prod/') },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: secretKeyArn,
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.ap-south-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': secrets('prod/') },
        },
      },
    ]);
  });

  it('count attempts in its table, where that is on, and not read what is there', () => {
    const table = { 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberAttemptsTable/), 'Arn'] };
    expect(rightsOf(templateOf({ countAttempts: true }))).toEqual([
      writesItsLogs,
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets('kaleyra/') },
      { Effect: 'Allow', Action: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'], Resource: table },
    ]);
  });

  it('be called by the route, and by nobody else', () => {
    const permissions = propertiesOf(templateOf(), 'AWS::Lambda::Permission');
    expect(permissions).toEqual([
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
});

describe('the function', () => {
  it('has the environment that the contract names', () => {
    expect(functionOf(templateOf()).Environment.Variables).toEqual({
      SECRET_PREFIX: 'kaleyra/',
      SECRET_TTL_SECONDS: '300',
      KALEYRA_POD: 'IN',
      KALEYRA_TIMEOUT_MS: '10000',
    });
    expect(functionOf(templateOf(tokensOnOwnDomainInOwnVpc)).Environment.Variables.TENANT_CLAIM).toBe(
      'tenants',
    );
    const { ATTEMPTS_TABLE, ...others } = functionOf(templateOf(fixedAddressAndAllElse)).Environment
      .Variables;
    expect(ATTEMPTS_TABLE).toEqual({ Ref: expect.stringMatching(/^VerifyNumberAttempts/) });
    expect(readConfig({ ...others, ATTEMPTS_TABLE: 'attempts' })).toEqual({
      secretPrefix: 'prod/kaleyra/',
      secretTtlMs: 60_000,
      pod: 'EU',
      kaleyraTimeoutMs: 20_000,
      attempts: { table: 'attempts', onFailure: 'refuse' },
    });
  });

  it.each([
    [100, false, 8],
    [10_000, false, 17],
    [20_000, false, 27],
    [20_000, true, 29],
  ])(
    'with %i ms for Kaleyra, attempts counted: %s, has %i s: longer than its own deadlines, shorter than API Gateway waits',
    (kaleyraTimeoutMs, countAttempts, seconds) => {
      expect(functionOf(templateOf({ kaleyraTimeoutMs, countAttempts })).Timeout).toBe(seconds);
    },
  );

  it('runs on Node 24 and arm64, or on x86_64 if asked', () => {
    expect(functionOf(templateOf())).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(functionOf(templateOf({ architecture: 'x86_64' }))).toMatchObject({ Architectures: ['x86_64'] });
  });

  it('is tried once, and soon, when it is invoked asynchronously', () => {
    expect(propertiesOf(templateOf(), 'AWS::Lambda::EventInvokeConfig')).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }),
    ]);
  });

  it('can be invoked directly by a role that is granted it, through its alias alone', () => {
    const stack = numberVerificationStack();
    const role = new Role(stack as Stack, 'Workflow', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
    });
    stack.grantInvoke(role);
    const policies = propertiesOf(Template.fromStack(stack), 'AWS::IAM::Policy').filter(({ PolicyName }) =>
      PolicyName.startsWith('Workflow'),
    );
    const alias = { Ref: expect.stringMatching(/^VerifyNumberHandlerAliaslive/) };
    expect(policies.map(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: alias }],
    ]);
  });
});

describe('the bundle', () => {
  let built: BuiltFunction;
  beforeAll(async () => {
    built = await buildFunction();
  }, 60_000);
  afterAll(() => built.remove());

  it('is one ES module with its source map beside it, not inside and not named, so that no start reads it', async () => {
    expect((await readdir(built.folder)).sort()).toEqual(['index.mjs', 'index.mjs.map']);
    expect(await readFile(built.entry, 'utf8')).not.toContain('sourceMappingURL');
    const map = JSON.parse(await readFile(join(built.folder, 'index.mjs.map'), 'utf8'));
    expect(map.sources.join('\n')).toContain('functions/verify-number/handler.ts');
    expect(map.sourcesContent).toBeUndefined();
  });

  // Every byte is read and compiled at each cold start. docs/performance.md says what was weighed.
  it('is at most 240 kB', async () => {
    expect((await stat(built.entry)).size).toBeLessThanOrEqual(240_000);
  });

  it('does not import node:http, which would load all of fetch', async () => {
    const imported = (await readFile(built.entry, 'utf8')).matchAll(/\bfrom\s*"([^"]+)"/g);
    const modules = [...imported].map(([, module]) => module);
    expect(modules).toContain('node:https');
    expect(modules).not.toContain('node:http');
  });

  it('brings the SDK, and leaves out what is never run: other credentials, event streams, attempt counting', async () => {
    const { sources } = JSON.parse(await readFile(join(built.folder, 'index.mjs.map'), 'utf8'));
    const packages = new Set(
      (sources as string[]).flatMap(
        (source) => source.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [],
      ),
    );
    expect([...packages]).toEqual(
      expect.arrayContaining(['@aws-sdk/client-secrets-manager', '@smithy/core']),
    );
    for (const unused of [
      '@aws-sdk/credential-provider-sso',
      '@aws-sdk/credential-provider-ini',
      '@aws-sdk/client-dynamodb',
      'aws-cdk-lib',
    ]) {
      expect([...packages]).not.toContain(unused);
    }
    for (const unused of ['event-streams/', '/attempts/']) expect(sources.join('\n')).not.toContain(unused);
  });
});
