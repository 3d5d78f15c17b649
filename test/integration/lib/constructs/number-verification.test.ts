import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { optionSets } from '../../../support/option-sets.ts';
import {
  getProperties,
  getResources,
  type Json,
  readStack,
  readTemplate,
} from '../../../support/read-stacks.ts';

/** Each resource's logical id, type and deletion policy, without hashes that change with every line of code. */
const outline = ({ Resources }: Json): readonly string[] =>
  Object.entries<Json>(Resources)
    .map(([id, { Type, DeletionPolicy = '' }]) => `${id} ${Type} ${DeletionPolicy}`.trim())
    .map((line) => line.replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/, '$1<version>'))
    .sort();

const count = (template: Json, type: string) => getResources(template, type).length;

describe('the rules of the CDK and of cdk-nag', () => {
  it.each([...Object.keys(optionSets), 'consumer with cdk-nag'])(
    'find no fault in the templates: %s',
    (scenario) => {
      expect(readStack(scenario).error).toBeUndefined();
    },
  );

  it('can be checked by cdk-nag 2 too, which reads the reasons in the templates', () => {
    const secret = getResources(readTemplate('default'), 'AWS::SecretsManager::Secret')[0];
    expect(secret.Metadata.cdk_nag.rules_to_suppress).toEqual([
      { id: 'AwsSolutions-SMG4', reason: expect.any(String) },
    ]);
  });
});

describe('the default stack', () => {
  const template = readTemplate('default');

  it('has the resources of the snapshot', () => {
    expect(outline(template)).toMatchSnapshot();
  });

  it('needs no custom resource', () => {
    expect(outline(template).filter((line) => /Custom::|CustomResource/.test(line))).toEqual([]);
  });

  it('has the outputs that callers, operators and tools need', () => {
    expect(Object.keys(template.Outputs).sort()).toEqual([
      'ApiId',
      'ApiUrl',
      expect.stringMatching(/^ExportsOutputRefVerifyNumberHandlerAliaslive/),
      'FunctionArn',
      'FunctionName',
    ]);
  });
});

describe('the smallest stack', () => {
  const template = readTemplate('the smallest stack');

  it('has no alarm, no dashboard, and nothing of what releases need', () => {
    const types = new Set(Object.values<Json>(template.Resources).map(({ Type }) => Type));
    for (const type of [
      'CloudWatch::Alarm',
      'CloudWatch::Dashboard',
      'SecretsManager::Secret',
      'SNS::Topic',
    ]) {
      expect(types).not.toContain(`AWS::${type}`);
    }
    expect([...types].filter((type) => type.startsWith('AWS::CodeDeploy'))).toEqual([]);
    expect(readStack('the smallest stack').warnings).toEqual([]);
  });

  it('has as many resources as the documents say', () => {
    const [small, all] = [template, readTemplate('default')].map(
      ({ Resources }) => Object.keys(Resources).length,
    );
    expect(readFileSync('docs/options.md', 'utf8')).toContain(`${small} resources instead of ${all}.`);
  });
});

describe('NumberVerification', () => {
  it('adds a function with its API to any stack, without outputs, and exposes what it created', () => {
    const template = readTemplate('construct');
    expect(count(template, 'AWS::ApiGatewayV2::Api')).toBe(1);
    expect(template).not.toHaveProperty('Outputs');
    const { pod, created, alarms } = readStack('construct').result;
    expect(pod).toBe('IN');
    expect(created).toEqual(
      expect.arrayContaining(['function', 'httpApi', 'observability', 'releaseCheck', 'releases']),
    );
    expect(alarms).toHaveLength(count(template, 'AWS::CloudWatch::Alarm'));
  });

  it('can be added twice to one stack, with different secrets or a shared one', () => {
    for (const scenario of ['two constructs', 'two constructs that share the secret']) {
      const template = readTemplate(scenario);
      const names = getProperties(template, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(count(readTemplate('two constructs that share the secret'), 'AWS::SecretsManager::Secret')).toBe(
      1,
    );
    expect(readStack('two constructs with one secret').error).toContain(
      'The secret kaleyra/_release-check is created by Payments/Verification/ReleaseCheck/Secret/Resource already. Set another secretPrefix, or releaseCheckSecret=existing.',
    );
  });

  it('has releases without alarms: the deployment is rolled back if it fails or is stopped', () => {
    const [group] = getProperties(
      readTemplate('releases without alarms'),
      'AWS::CodeDeploy::DeploymentGroup',
    );
    expect(group.AutoRollbackConfiguration.Events).toEqual([
      'DEPLOYMENT_FAILURE',
      'DEPLOYMENT_STOP_ON_REQUEST',
    ]);
  });

  it('grants the alias, and only the alias, to a role that may invoke the function', () => {
    const policies = getProperties(readTemplate('grantInvoke'), 'AWS::IAM::Policy').filter(({ PolicyName }) =>
      PolicyName.startsWith('Workflow'),
    );
    const alias = { Ref: expect.stringMatching(/^VerificationVerifyNumberHandlerAliaslive/) };
    expect(policies.map(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: alias }],
    ]);
  });

  it('sends alarms to a given topic, and events to a given bus', () => {
    const template = readTemplate('a given topic');
    for (const { AlarmActions } of getProperties(template, 'AWS::CloudWatch::Alarm')) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Topic/) }]);
    }
    expect(count(template, 'AWS::SNS::Topic')).toBe(1);
    const statements = getProperties(readTemplate('a given bus'), 'AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        Action: 'events:PutEvents',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] },
      }),
    );
    expect(count(readTemplate('construct'), 'AWS::Logs::SubscriptionFilter')).toBe(0);
  });

  it('encrypts every log group with a given key, and lets CloudWatch Logs use it', () => {
    const template = readTemplate('given keys');
    const groups = getResources(template, 'AWS::Logs::LogGroup');
    const KmsKeyId = { 'Fn::GetAtt': [expect.stringMatching(/^LogKey/), 'Arn'] };
    expect(groups).toHaveLength(3);
    for (const group of groups) {
      expect(group).toMatchObject({ DeletionPolicy: 'Delete', Properties: { RetentionInDays: 7, KmsKeyId } });
    }
    expect(getProperties(template, 'AWS::KMS::Key').at(-1)?.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({ Principal: { Service: 'logs.ap-south-1.amazonaws.com' } }),
    );
  });

  it.each(['a user pool', 'a certificate', 'an address', 'the stack’s name', 'parameters'])(
    'accepts values that are known only during the deployment: %s',
    (scenario) => {
      expect(readStack(`tokens: ${scenario}`).error).toBeUndefined();
    },
  );

  it.each([
    ['resources of another region', 'alarmTopic certificate secretKeyArn'],
    ['conflicts', 'secretKeyArn authorizer attemptsOnFailure vpc alarmTopic alarmTopic alarmEmail'],
    ['invalid values', 'kaleyraTimeout pod secretTtl throttleRate memoryMb jwtAudience'],
  ])('reports everything that is wrong in one error: %s', (scenario, names) => {
    const { error = '' } = readStack(`rejected: ${scenario}`);
    expect([...error.matchAll(/\bProp (\w+) /g)].map(([, name]) => name)).toEqual(names.split(' '));
  });

  it('names the typed prop that replaces a text option', () => {
    const { error = '' } = readStack('rejected: options that have typed props');
    expect(
      [...error.matchAll(/Prop (\w+) .* prop (\w+)/g)].map(([, option, prop]) => [option, prop]),
    ).toEqual([
      ['secretTtlSeconds', 'secretTtl'],
      ['kaleyraTimeoutMs', 'kaleyraTimeout'],
      ['logRetentionDays', 'logRetention'],
      ['certificateArn', 'certificate'],
      ['vpcId', 'vpc'],
      ['subnetIds', 'vpcSubnets'],
      ['alarmTopicArn', 'alarmTopic'],
      ['logKeyArn', 'logEncryptionKey'],
    ]);
  });
});

describe('the pod', () => {
  it.each([
    ['pod of ap-south-1', 'IN'],
    ['pod of ap-southeast-1', 'SG'],
    ['pod of eu-west-1', 'EU'],
    ['pod of us-east-1', 'NA'],
    ['pod of the props', 'EU'],
  ])('is that of the region, or of the props: %s is %s', (scenario, pod) => {
    expect(readStack(scenario).result).toBe(pod);
    const variables = getProperties(readTemplate(scenario), 'AWS::Lambda::Function').flatMap(
      ({ Environment }) => Environment.Variables.KALEYRA_POD ?? [],
    );
    expect(variables).toEqual([pod]);
  });

  it('is never guessed: a stack without a region, or in one without a default pod, is rejected', () => {
    expect(readStack('pod of me-south-1').error).toMatch(/set option pod to one of IN, SG, EU, NA\.$/);
    expect(readStack('no region').error).toMatch(/^InvalidOptions: The stack has no region/);
  });
});

describe('synth', () => {
  it.each([
    ['an emergency release', ['releases=none: a new version gets all traffic without a check.']],
    [
      'transition',
      ['leaveVpc: the network stays.', "keepDefaultEndpoint: API Gateway's own address still works."],
    ],
    ['a given topic', []],
  ])('warns about options that are meant for a short time: %s', (scenario, warnings) => {
    const found = readStack(scenario).warnings.filter((warning) => !warning.includes('alarmsWithoutAction'));
    expect(found).toEqual(warnings.map((warning) => expect.stringContaining(warning)));
  });
});
