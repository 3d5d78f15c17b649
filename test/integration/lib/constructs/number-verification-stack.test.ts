import { describe, expect, it } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { InvalidOptions } from '../../../../lib/options/parse-options.ts';
import { optionSets } from '../../../support/option-sets.ts';
import {
  numberVerificationStack,
  propertiesOf,
  resourcesOf,
  templateOf,
} from '../../../support/synthesize.ts';

/** The template without what other tests cover, and without hashes, which change with every line of code. */
const outline = (template: Template): unknown => {
  const { Resources, Outputs } = template.toJSON();
  const covered = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard'];
  const kept = Object.entries<{ Type: string }>(Resources).filter(([, { Type }]) => !covered.includes(Type));
  return JSON.parse(
    JSON.stringify({ Resources: Object.fromEntries(kept), Outputs })
      .replaceAll(/\b[0-9a-f]{64}\b/g, '<asset>')
      .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version>'),
  );
};

/** Findings of cdk-nag that are accepted, with the reason. */
const acceptedFindings: Readonly<Record<string, string>> = {
  'VerifyNumber/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::arn:aws:secretsmanager:ap-south-1:<AWS::AccountId>:secret:<prefix>*]':
    "Tenants come and go without a deployment, so the function may read every secret under the tenants' prefix.",
  'VerifyNumber/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::*]':
    'The actions for network interfaces and for X-Ray traces do not support resources.',
  'VerifyNumber/Attempts/Table/Resource AwsSolutions-DDB3':
    'Items describe the last ten minutes, so a backup would be worthless.',
  'Releases/ServiceRole/Resource AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
    "It is AWS's narrow policy for CodeDeploy on Lambda, and the CDK attaches it to every role.",
};

const findingsIn = (stack: Stack): string[] =>
  new AwsSolutionsChecks()
    .validateScope(stack.node.root as App)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => {
        const path = constructPath.replace('NumberVerification/Default/', '');
        return `${path} ${ruleName}`.replace(/secret:[^*]*\*/, 'secret:<prefix>*');
      }),
    );

describe('cdk-nag', () => {
  const findings = Object.entries(optionSets).map(
    ([name, props]) => [name, findingsIn(numberVerificationStack(props))] as const,
  );

  it.each(findings)('finds nothing that is not accepted with a reason, with %s', (_name, found) => {
    expect(Object.keys(acceptedFindings)).toEqual(expect.arrayContaining(found));
  });

  it('still finds everything that is accepted', () => {
    const all = new Set(findings.flatMap(([, found]) => found));
    expect([...all].sort()).toEqual(Object.keys(acceptedFindings).sort());
  });
});

describe('the default stack', () => {
  const template = templateOf();

  it('has the resources and outputs of the snapshot', () => {
    expect(outline(template)).toMatchSnapshot();
  });

  it('needs no custom resource', () => {
    const types = Object.values(template.findResources('*')).map(({ Type }) => Type);
    expect(types.filter((type) => /^Custom::|CustomResource/.test(type))).toEqual([]);
  });

  it('says what callers, operators and tools need', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'ApiId',
      'ApiUrl',
      'FunctionArn',
      'FunctionName',
    ]);
  });

  it('moves the alias by canary, and back on any of its alarms', () => {
    const [alias] = resourcesOf(template, 'AWS::Lambda::Alias');
    expect(alias).toMatchObject({
      Properties: { Name: 'live' },
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: expect.anything() } },
    });
    const [group] = propertiesOf(template, 'AWS::CodeDeploy::DeploymentGroup');
    expect(group).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
      AlarmConfiguration: { Enabled: true },
    });
  });
});

describe('the pod', () => {
  const podIn = (region: string, props = {}) =>
    propertiesOf(templateOf(props, region), 'AWS::Lambda::Function')[0].Environment.Variables.KALEYRA_POD;

  it.each([
    ['ap-south-1', 'IN'],
    ['ap-southeast-1', 'SG'],
    ['eu-west-1', 'EU'],
    ['us-east-1', 'NA'],
  ])('of a function in %s is %s', (region, pod) => {
    expect(podIn(region)).toBe(pod);
  });

  it('is what the option says, where it is given', () => {
    expect(podIn('me-south-1', { pod: 'EU' })).toBe('EU');
  });

  it('is not guessed: a region without one is refused, and the option named', () => {
    expect(() => numberVerificationStack({}, 'me-south-1')).toThrow(
      new InvalidOptions([
        'Region me-south-1 has no default Kaleyra pod. Set option pod to one of IN, SG, EU, NA.',
      ]),
    );
  });
});
