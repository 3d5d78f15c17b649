import { describe, expect, it } from '@jest/globals';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { InvalidOptions } from '../../../../lib/options/parse-options.ts';
import { optionSets } from '../../../support/option-sets.ts';
import {
  numberVerificationStack,
  propertiesOf,
  resourcesOf,
  templateOf,
} from '../../../support/synthesize.ts';

/** Hashes of assets, and of the function's configuration, change with any line of code and say nothing. */
const withoutHashes = (template: Template): unknown =>
  JSON.parse(
    JSON.stringify(template.toJSON())
      .replaceAll(/\b[0-9a-f]{64}\b/g, '<asset>')
      .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version>'),
  );

describe.each(Object.entries(optionSets))('with %s', (_name, props) => {
  const stack = numberVerificationStack(props);
  const template = Template.fromStack(stack);

  it('the stack is as it was', () => {
    expect(withoutHashes(template)).toMatchSnapshot();
  });

  it('cdk-nag finds nothing that has no reason beside it', () => {
    const { violations } = new AwsSolutionsChecks().validateScope(stack.node.root as App);
    expect(
      violations.map(({ ruleName, violatingResources }) => ({
        ruleName,
        at: violatingResources.map(({ constructPath }) => constructPath),
      })),
    ).toEqual([]);
  });
});

describe('the default stack', () => {
  const template = templateOf();

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
        'Region me-south-1 has no obvious Kaleyra pod. Say which by the option pod: one of IN, SG, EU, NA.',
      ]),
    );
  });
});
