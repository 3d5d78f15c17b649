import { describe, expect, it } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  NumberVerificationStack,
  type NumberVerificationStackProps,
} from '../../../../lib/constructs/number-verification-stack.ts';
import { optionTable } from '../../../../lib/options/option-table.ts';
import { InvalidOptions } from '../../../../lib/options/parse-options.ts';
import { createApp, createStack, synthesizeTemplate } from '../../../../scripts/templates/synthesize.ts';
import { optionSets } from '../../../support/option-sets.ts';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
}

/** Each resource's logical id, type and deletion policy, without hashes that change with every line of code. */
const outline = (template: Template): readonly string[] =>
  Object.entries<Resource>(template.toJSON()['Resources'])
    .map(([id, { Type, DeletionPolicy = '' }]) => `${id} ${Type} ${DeletionPolicy}`.trim())
    .map((line) => line.replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/, '$1<version>'))
    .sort();

/** Findings of cdk-nag that are accepted, with the reason. */
const acceptedFindings: Readonly<Record<string, string>> = {
  'VerifyNumber/Role/ReadSecrets/Resource AwsSolutions-IAM5[Resource::arn:aws:secretsmanager:ap-south-1:<AWS::AccountId>:secret:<prefix>*]':
    "Tenants come and go without a deployment, so the function may read every secret under the tenants' prefix.",
  'VerifyNumber/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::*]':
    'The actions for X-Ray traces do not support resources.',
  'VerifyNumber/Role/NetworkInterfaces/Resource AwsSolutions-IAM5[Resource::*]':
    'The actions for network interfaces do not support resources.',
  'VerifyNumber/Attempts/Table/Resource AwsSolutions-DDB3':
    'Items describe the last ten minutes, so a backup would be worthless.',
  'ReleaseCheck/Role/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::<VerifyNumberHandler.Arn>:*]':
    'The release check invokes each new version of the function.',
  'ReleaseCheck/Secret/Resource AwsSolutions-SMG4':
    'The secret contains no credentials, so it is not rotated.',
  'Releases/Group/ServiceRole/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::<ReleaseCheckHook.Arn>:*]':
    'CodeDeploy invokes the release check; the CDK grants every version of it.',
  'Releases/Group/ServiceRole/Resource AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
    "It is AWS's narrow policy for CodeDeploy on Lambda, and the CDK attaches it to every role.",
};

const findingsIn = (stack: Stack): string[] =>
  new AwsSolutionsChecks()
    .validateScope(stack.node.root as App)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => {
        const path = constructPath.replace('NumberVerification/Default/', '');
        return `${path} ${ruleName}`
          .replace(/secret:[^*]*\*/, 'secret:<prefix>*')
          .replace(/(Secrets|Interfaces)[0-9a-f]{8}/, '$1')
          .replace(/<(\w+?)[0-9A-F]{8}\.Arn>/, '<$1.Arn>');
      }),
    );

describe('the sets of options', () => {
  it('use every option', () => {
    const used = new Set(Object.values(optionSets).flatMap((props) => Object.keys(props)));
    expect([...used].sort()).toEqual(Object.keys(optionTable).sort());
  });
});

describe('cdk-nag', () => {
  const findings = Object.entries(optionSets).map(
    ([name, props]) => [name, findingsIn(createStack(props))] as const,
  );

  it.each(findings)('finds nothing that is not accepted with a reason, with %s', (_name, found) => {
    expect(Object.keys(acceptedFindings)).toEqual(expect.arrayContaining(found));
  });

  it('still finds everything that is accepted', () => {
    const all = new Set(findings.flatMap(([, found]) => found));
    expect([...all].sort()).toEqual(Object.keys(acceptedFindings).sort());
  });
});

describe('the rules of the CDK', () => {
  const synthesize = (props: NumberVerificationStackProps) => {
    const app = createApp({ isValidated: true });
    new NumberVerificationStack(app, 'NumberVerification', { env: { region: 'ap-south-1' }, ...props });
    return app.synth();
  };

  it.each(Object.entries(optionSets))('find no fault in the template with %s', (_name, props) => {
    expect(() => synthesize(props)).not.toThrow();
  });

  it('are on: they find a key that is not the ARN of a key', () => {
    const secretKeyArn = ['arn:aws:kms:ap-south-1:111122223333:key/a'];
    expect(() => synthesize({ secretKeyArn })).toThrow(/KmsKeyId: Value is not valid/);
  });
});

describe('the default stack', () => {
  const template = synthesizeTemplate();

  it('has the resources of the snapshot', () => {
    expect(outline(template)).toMatchSnapshot();
  });

  it('needs no custom resource', () => {
    expect(outline(template).filter((line) => /Custom::|CustomResource/.test(line))).toEqual([]);
  });

  it('has the outputs that callers, operators and tools need', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'ApiId',
      'ApiUrl',
      'FunctionArn',
      'FunctionName',
    ]);
  });
});

describe('the pod', () => {
  it.each([
    ['ap-south-1', 'IN'],
    ['ap-southeast-1', 'SG'],
    ['eu-west-1', 'EU'],
    ['us-east-1', 'NA'],
  ])('is the pod of the region: %s selects %s', (region, pod) => {
    const stack = createStack({}, region);
    expect(stack.pod).toBe(pod);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ KALEYRA_POD: pod }) },
    });
  });

  it('is the pod of the option, if it is set', () => {
    expect(createStack({ pod: 'EU' }, 'me-south-1').pod).toBe('EU');
  });

  it('is never guessed: a region without a default pod is rejected', () => {
    expect(() => createStack({}, 'me-south-1')).toThrow(
      new InvalidOptions([
        'Region me-south-1 has no default Kaleyra pod: set option pod to one of IN, SG, EU, NA.',
      ]),
    );
  });
});
