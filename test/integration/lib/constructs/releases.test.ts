import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { optionTable } from '../../../../lib/options/option-table.ts';
import { synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { getProperties, getResources } from '../../../support/templates.ts';

const modes = ['canary', 'linear', 'all-at-once', 'none'] as const;
const template = synthesizeTemplate();
const aliasIn = (found: Template) => getResources(found, 'AWS::Lambda::Alias')[0] ?? {};
const groupIn = (found: Template) => getProperties(found, 'AWS::CodeDeploy::DeploymentGroup')[0];
const hookId = expect.stringMatching(/^ReleaseCheckHook/);

/** Everything that differs between two templates, by logical id. */
const differences = (before: Template, after: Template) => {
  const [from, to] = [before, after].map((found) => found.toJSON()['Resources']);
  const ids = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...ids].filter((id) => JSON.stringify(from[id]) !== JSON.stringify(to[id]));
};

describe('a release', () => {
  it.each([
    ['canary', 'CodeDeployDefault.LambdaCanary10Percent15Minutes'],
    ['linear', 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
    ['all-at-once', 'CodeDeployDefault.LambdaAllAtOnce'],
  ] as const)('with releases=%s uses %s', (releases, config) => {
    const found = synthesizeTemplate({ releases });
    expect(groupIn(found).DeploymentConfigName).toBe(config);
    expect(aliasIn(found)['UpdatePolicy']).toEqual({
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: expect.stringMatching(/^ReleasesGroupApplication/) },
        DeploymentGroupName: { Ref: expect.stringMatching(/^ReleasesGroup/) },
        BeforeAllowTrafficHook: { Ref: hookId },
      },
    });
  });

  it('is a canary by default', () => {
    expect(optionTable.releases.default).toBe('canary');
    expect(groupIn(template)).toEqual(groupIn(synthesizeTemplate({ releases: 'canary' })));
  });

  it('rolls back if it fails, is stopped, or fires an alarm', () => {
    for (const releases of modes) {
      expect(groupIn(synthesizeTemplate({ releases }))).toMatchObject({
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
        },
        AlarmConfiguration: { Enabled: true },
      });
    }
  });

  it('with releases=none is done by CloudFormation, and changes nothing else', () => {
    const none = synthesizeTemplate({ releases: 'none' });
    expect(aliasIn(none)).not.toHaveProperty('UpdatePolicy');
    const [alias, ...others] = differences(template, none);
    expect(alias).toMatch(/^VerifyNumberHandlerAliaslive/);
    expect(others).toEqual([]);
  });

  it('returns from none to a canary to the same template', () => {
    synthesizeTemplate({ releases: 'none' });
    expect(synthesizeTemplate({ releases: 'canary' }).toJSON()).toEqual(template.toJSON());
  });

  it('keeps versions, except one whose own release failed', () => {
    for (const version of getResources(template, 'AWS::Lambda::Version')) {
      expect(version).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
    }
  });
});

describe('the release check', () => {
  const [hook] = getProperties(template, 'AWS::Lambda::Function').filter(({ FunctionName }) => FunctionName);
  const versionId = Object.keys(template.findResources('AWS::Lambda::Version'))[0];

  it('has a name that AWS’s policy for CodeDeploy allows, and knows the new version', () => {
    expect(hook.FunctionName).toMatch(/^CodeDeployHook_.{1,49}$/);
    expect(hook.Environment.Variables).toEqual({ VERSION_ARN: { Ref: versionId }, RETRY_AFTER_MS: '35000' });
    expect(hook.Timeout).toBe(300);
  });

  it('may invoke versions of the function, report to CodeDeploy, and write its log', () => {
    const policies = getProperties(template, 'AWS::IAM::Policy').filter(({ Roles }) =>
      JSON.stringify(Roles).includes('ReleaseCheckRole'),
    );
    const group = {
      'Fn::Join': ['', expect.arrayContaining([expect.stringContaining(':deploymentgroup:')])],
    };
    expect(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ReleaseCheckLogs/), 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: {
          'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^VerifyNumberHandler/), 'Arn'] }, ':*']],
        },
      },
      {
        Effect: 'Allow',
        Action: ['codedeploy:GetDeployment', 'codedeploy:PutLifecycleEventHookExecutionStatus'],
        Resource: group,
      },
    ]);
  });

  it('reads a secret with the tenants’ prefix and key that is not credentials', () => {
    const secretKeyArn = ['a', 'b'].map(
      (name) => `arn:aws:kms:ap-south-1:111122223333:key/${name}0000000-0000-0000-0000-000000000000`,
    );
    const secretsIn = (found: Template) => getProperties(found, 'AWS::SecretsManager::Secret');
    expect(secretsIn(template)).toEqual([
      {
        Name: 'kaleyra/_release-check',
        Description: expect.any(String),
        SecretString: 'Reserved for release checks: not credentials',
      },
    ]);
    expect(secretsIn(synthesizeTemplate({ secretPrefix: 'prod/', secretKeyArn }))).toEqual([
      expect.objectContaining({ Name: 'prod/_release-check', KmsKeyId: secretKeyArn[0] }),
    ]);
  });

  it('is complete before the alias changes', () => {
    const DependsOn = aliasIn(template)['DependsOn'];
    for (const part of [
      /^ReleaseCheckHook/,
      /^ReleaseCheckSecret/,
      /^ReleaseCheckRoleDefaultPolicy/,
      /^ReleasesGroup/,
    ]) {
      expect(DependsOn).toContainEqual(expect.stringMatching(part));
    }
  });
});
