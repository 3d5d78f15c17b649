import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  findResources,
  getProperties,
  type Json,
  readStack,
  readTemplate,
} from '../../../support/read-stacks.ts';
import { contextCases } from './context-cases.ts';

const readFromRoot = (path: string) => readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');

const table: readonly Json[] = readStack('option table').result;
const names = table.map(({ name }) => name);

describe('the context', () => {
  it.each(Object.entries(contextCases))('is read with %s', (name, { error, context, ...expected }) => {
    const synthesis = readStack(`context with ${name}`);
    expect(synthesis.error).toBe(error && `InvalidOptions: ${error}`);
    if (error !== undefined) return;
    expect(synthesis.result).toMatchObject(expected);
  });

  it('is rejected with values that no option may accept', () => {
    expect(readStack('rejected values').result).toEqual([]);
  });
});

/** The statements of the function's permissions and of the endpoints, by resource. */
const getPermissions = (template: Json): ReadonlyMap<string, readonly string[]> => {
  const resources = {
    ...findResources(template, 'AWS::IAM::Policy'),
    ...findResources(template, 'AWS::EC2::VPCEndpoint'),
  };
  const statements = Object.entries<Json>(resources)
    .filter(([id]) => /^(VerifyNumber|StaticEgress)/.test(id))
    .map(([id, { Properties }]) => [
      id,
      Properties.PolicyDocument.Statement.map((each: Json) => JSON.stringify(each)),
    ]);
  return new Map(statements as [string, readonly string[]][]);
};

const readMain = (scenario: string): Json => {
  const [first] = Object.keys(readStack(scenario).templates);
  return readTemplate(scenario, first);
};

const getVersions = (scenario: string) =>
  Object.keys(findResources(readMain(scenario), 'AWS::Lambda::Version'));

describe.each(table.map(({ name, ...row }) => [name, row] as const))(
  'option %s',
  (name, { steps, ...row }) => {
    const [off, on] = steps;

    it('completes the sentence "It must be …", in a line of a table', () => {
      expect(row.accepts).toMatch(/^(a|an|the|one|true|comma-separated|pairs|1-\d+)[ ,]/);
      expect(`${row.accepts}${row.change}${row.default}`).not.toMatch(/[|\n]/);
    });

    it('changes what is deployed, as its description of a change says', () => {
      const [before, after] = [readStack(off), readStack(on)];
      expect([after.templates, after.protectedStacks]).not.toEqual([
        before.templates,
        before.protectedStacks,
      ]);
      if (name === 'regions' || name === 'stage') return;
      const hasNewVersion = getVersions(on)[0] !== getVersions(off)[0];
      expect(row.change.startsWith('New version')).toBe(hasNewVersion);
    });

    it('takes no permission from the running version', () => {
      const lost = steps.slice(1).flatMap((step: string, index: number) => {
        const after = getPermissions(readMain(step));
        // CloudFormation deletes resources after the release; only an update in place takes effect before it.
        return [...getPermissions(readMain(steps[index]))].flatMap(([id, statements]) =>
          after.has(id) ? statements.filter((statement) => !after.get(id)?.includes(statement)) : [],
        );
      });
      // Without this permission, traces are lost and requests are not affected.
      expect(lost).toEqual(name === 'tracing' ? [expect.stringContaining('xray:PutTraceSegments')] : []);
    });
  },
);

describe('docs/options.md', () => {
  it('refers to sections of the runbook only', () => {
    const page = readFromRoot('docs/options.md');
    const references = [...page.matchAll(/runbook\.md#([\w-]+)/g)].map(([, anchor]) => anchor);
    expect(references.length).toBeGreaterThan(4);
    const headings = [...readFromRoot('docs/runbook.md').matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(headings).toEqual(expect.arrayContaining(references));
  });

  it('has one line for each option', () => {
    const lines = readFromRoot('docs/options.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(lines.map((line) => line.split('`')[1])).toEqual(names);
  });
});

describe('the stacks of several regions', () => {
  it('have the pod and the options of the region', () => {
    const { templates, result } = readStack('four regions');
    expect(Object.keys(templates).sort()).toEqual([
      'KaleyraNumberVerification-staging-ap-south-1',
      'KaleyraNumberVerification-staging-ap-southeast-1',
      'KaleyraNumberVerification-staging-eu-west-1',
      'KaleyraNumberVerification-staging-us-east-1',
      'KaleyraPasswordWorkflow-staging-eu-west-1',
    ]);
    const pods = result.map((message: string) => /uses Kaleyra's (\w+) pod/.exec(message)?.[1]);
    expect(pods).toEqual(['IN', 'SG', 'EU', 'NA']);
    const [alarm] = getProperties(
      templates['KaleyraNumberVerification-staging-eu-west-1'],
      'AWS::CloudWatch::Alarm',
    );
    expect(alarm.AlarmName).toMatch(/^KaleyraNumberVerification-staging-eu-west-1-/);
  });

  it('print how to remove a workflow that is off', () => {
    const [message, , withWorkflow] = readStack('four regions').result;
    const target = '--region ap-south-1 --stack-name KaleyraPasswordWorkflow-staging-ap-south-1';
    expect(message).toContain(
      `update-termination-protection --no-enable-termination-protection ${target}\naws cloudformation delete-stack ${target}`,
    );
    expect(withWorkflow).not.toContain('passwordWorkflow is off');
  });
});

describe('roles', () => {
  const { templates } = readStack('roles in two regions');
  const role = 'arn:aws:iam::444455556666:role/foreign';
  const policies = Object.entries(templates)
    .sort()
    .map(([, template]) =>
      getProperties(template, 'AWS::IAM::Policy').filter(({ Roles }) => `${Roles}` === 'backend'),
    );

  it('get one policy in each stack, whose name differs between regions', () => {
    expect(policies.map((each) => each.map(({ PolicyName }) => PolicyName))).toEqual([
      ['KaleyraNumberVerification-ap-south-1'],
      ['KaleyraNumberVerification-eu-west-1'],
      ['KaleyraPasswordWorkflow-ap-south-1'],
      ['KaleyraPasswordWorkflow-eu-west-1'],
    ]);
  });

  it('may verify numbers of their tenants only, invoke the alias, and answer the workflow', () => {
    const [verification = '', , workflow = ''] = policies.map((each) => JSON.stringify(each));
    const tenants = [...verification.matchAll(/\/tenants\/([^/]+)\/whatsapp\/\*\/number\/verify/g)];
    expect(tenants.map(([, tenant]) => tenant)).toEqual(['acme', 'globex']);
    expect(verification).toContain('lambda:InvokeFunction');
    expect(workflow).toContain('states:SendTaskSuccess');
  });

  it('of another account invoke the alias through its permission, and cannot verify over HTTP', () => {
    const [main] = Object.keys(templates).sort();
    expect(getProperties(templates[main ?? ''], 'AWS::Lambda::Permission')).toContainEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: expect.stringMatching(/^VerifyNumberHandlerAliaslive/) },
      Principal: role,
    });
    expect(readStack('a role of another account').error).toContain(
      "Option verifyRoleArns has a role of account 111122223333. It must be a role of the stack's account, 444455556666.",
    );
  });
});

describe('the workflow of the options', () => {
  const scenario = 'workflow with the keys and the topic of the options';

  it('notifies the topic of the main stack, which is confirmed once, and has the key for logs', () => {
    const workflow = readTemplate(scenario, 'KaleyraPasswordWorkflow-ap-south-1');
    const alarms = getProperties(workflow, 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(3);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toHaveLength(1);
    expect(getProperties(workflow, 'AWS::SNS::Subscription')).toEqual([]);
    const keys = getProperties(workflow, 'AWS::Logs::LogGroup').map(({ KmsKeyId }) => KmsKeyId);
    expect(keys).toEqual([expect.stringMatching(/^arn:aws:kms:/)]);
  });

  it('imports the function through an export, so that the main stack cannot be removed before it', () => {
    const getExports = (template: Json) =>
      Object.keys(template.Outputs).filter((name) => name.startsWith('Exports'));
    const main = readTemplate(scenario, 'KaleyraNumberVerification-ap-south-1');
    const [imported] = getExports(readTemplate('default'));
    expect(getExports(main)).toContain(imported);
    const workflow = JSON.stringify(readTemplate(scenario, 'KaleyraPasswordWorkflow-ap-south-1'));
    expect(workflow).toContain(`{"Fn::ImportValue":"KaleyraNumberVerification-ap-south-1:${imported}"}`);
  });
});
