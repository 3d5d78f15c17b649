import { describe, expect, it } from '@jest/globals';
import {
  findResources,
  getProperties,
  getResources,
  type Json,
  readTemplate,
} from '../../../support/read-stacks.ts';

const modes = ['canary', 'linear', 'all-at-once', 'none'] as const;
const template = readTemplate('release by default');
const getAlias = (of: Json) => getResources(of, 'AWS::Lambda::Alias')[0];
const getGroup = (of: Json) => getProperties(of, 'AWS::CodeDeploy::DeploymentGroup')[0];

describe('a release', () => {
  it.each([
    ['canary', 'CodeDeployDefault.LambdaCanary10Percent15Minutes'],
    ['linear', 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
    ['all-at-once', 'CodeDeployDefault.LambdaAllAtOnce'],
  ])('with releases=%s uses %s', (mode, config) => {
    const found = readTemplate(`release: ${mode}`);
    expect(getGroup(found).DeploymentConfigName).toBe(config);
    expect(getAlias(found).UpdatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: expect.stringMatching(/^ReleasesGroupApplication/) },
        DeploymentGroupName: { Ref: expect.stringMatching(/^ReleasesGroup/) },
        BeforeAllowTrafficHook: { Ref: expect.stringMatching(/^ReleaseCheckHook/) },
      },
    });
  });

  it('is a canary by default', () => {
    expect(template).toEqual(readTemplate('release: canary'));
  });

  it.each(modes)('with releases=%s rolls back if it fails, is stopped, or fires an alarm', (mode) => {
    const group = getGroup(readTemplate(`release: ${mode}`));
    expect(group.AutoRollbackConfiguration).toEqual({
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
    });
    expect(group.AlarmConfiguration.Enabled).toBe(true);
    expect(group.AlarmConfiguration.Alarms.length).toBeGreaterThan(5);
  });

  it('with releases=none is done by CloudFormation, and changes nothing else', () => {
    const none = readTemplate('release: none').Resources;
    const differing = Object.keys({ ...none, ...template.Resources }).filter(
      (id) => JSON.stringify(none[id]) !== JSON.stringify(template.Resources[id]),
    );
    expect(differing).toEqual([expect.stringMatching(/^VerifyNumberHandlerAliaslive/)]);
    expect(none[differing[0] ?? '']).not.toHaveProperty('UpdatePolicy');
  });

  it('keeps versions, except one whose own release failed', () => {
    const versions = getResources(template, 'AWS::Lambda::Version');
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe('the release check', () => {
  it('has a name that AWS’s policy for CodeDeploy allows, and knows the new version', () => {
    const [hook] = getProperties(template, 'AWS::Lambda::Function').filter(
      ({ FunctionName }) => FunctionName,
    );
    const [versionId] = Object.keys(findResources(template, 'AWS::Lambda::Version'));
    expect(hook.FunctionName).toMatch(/^CodeDeployHook_.{1,49}$/);
    expect(hook.Environment.Variables).toEqual({ VERSION_ARN: { Ref: versionId }, RETRY_AFTER_MS: '35000' });
    expect(hook.Timeout).toBe(300);
  });

  it('may invoke versions of the function, report to CodeDeploy, and write its log', () => {
    const policies = getProperties(template, 'AWS::IAM::Policy').filter(({ Roles }) =>
      JSON.stringify(Roles).includes('ReleaseCheckRole'),
    );
    const allow = (Action: string | readonly string[], Resource: unknown) => ({
      Effect: 'Allow',
      Action,
      Resource,
    });
    const arnOf = (id: RegExp) => ({ 'Fn::GetAtt': [expect.stringMatching(id), 'Arn'] });
    const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', expect.arrayContaining(parts)] });
    expect(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(/^ReleaseCheckLogs/)),
      allow('lambda:InvokeFunction', join(arnOf(/^VerifyNumberHandler/), ':*')),
      allow(
        ['codedeploy:GetDeployment', 'codedeploy:PutLifecycleEventHookExecutionStatus'],
        join(expect.stringContaining(':deploymentgroup:')),
      ),
    ]);
  });

  it('reads a secret with the tenants’ prefix and first key that is not credentials', () => {
    const readSecrets = (scenario: string) =>
      getProperties(readTemplate(scenario), 'AWS::SecretsManager::Secret');
    expect(readSecrets('release by default')).toEqual([
      {
        Name: 'kaleyra/_release-check',
        Description: expect.any(String),
        SecretString: 'Reserved for release checks: not credentials',
      },
    ]);
    const KmsKeyId = expect.stringContaining(':key/10000000-');
    expect(readSecrets('release with two keys')).toEqual([
      expect.objectContaining({ Name: 'prod/_release-check', KmsKeyId }),
    ]);
  });

  it.each([/^ReleaseCheckHook/, /^ReleaseCheckSecret/, /^ReleaseCheckRoleDefaultPolicy/, /^ReleasesGroup/])(
    'is complete before the alias changes: %s',
    (part) => {
      expect(getAlias(template).DependsOn).toContainEqual(expect.stringMatching(part));
    },
  );
});

describe('every log group', () => {
  const everyLog = readTemplate('every log group');

  it('has the given key, retention and removal policy', () => {
    const groups = getResources(everyLog, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(5);
    for (const { DeletionPolicy, Properties } of groups) {
      expect(DeletionPolicy).toBe('Delete');
      expect(Properties).toMatchObject({ KmsKeyId: expect.stringContaining(':kms:'), RetentionInDays: 30 });
    }
  });

  it('has no key and is retained by default', () => {
    const groups = getResources(template, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(3);
    for (const { DeletionPolicy, Properties } of groups) {
      expect(DeletionPolicy).toMatch(/^Retain/);
      expect(Properties).not.toHaveProperty('KmsKeyId');
    }
  });

  it('belongs to a function or an API that writes to it', () => {
    const functions = getProperties(everyLog, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(3);
    for (const { LoggingConfig } of functions) expect(LoggingConfig.LogGroup.Ref).toMatch(/Logs[0-9A-F]{8}$/);
  });

  it('has JSON lines of the platform, as those of the functions are', () => {
    const functions = getProperties(template, 'AWS::Lambda::Function');
    expect(functions.map(({ LoggingConfig }) => LoggingConfig.LogFormat)).toEqual(['JSON', 'JSON']);
  });
});
