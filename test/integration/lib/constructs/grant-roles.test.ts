import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { grantRoles, type RoleArns } from '../../../../lib/constructs/grant-roles.ts';
import { NumberVerificationStack } from '../../../../lib/constructs/number-verification-stack.ts';
import { createApp } from '../../../../scripts/templates/synthesize.ts';
import { getProperties } from '../../../support/templates.ts';

const backend = 'arn:aws:iam::111122223333:role/team/backend';
const foreign = 'arn:aws:iam::444455556666:role/backend';

const templateWith = (arns: RoleArns) => {
  const env = { region: 'ap-south-1', account: '111122223333' };
  const stack = new NumberVerificationStack(createApp(), 'NumberVerification', { env });
  grantRoles(stack, arns);
  return Template.fromStack(stack);
};

const getPolicies = (template: Template, role: string) =>
  getProperties(template, 'AWS::IAM::Policy').filter(({ Roles }) => JSON.stringify(Roles) === `["${role}"]`);

const alias = { Ref: expect.stringMatching(/^VerifyNumberHandlerAliaslive/) };

describe('grantRoles', () => {
  it('grants nothing by default', () => {
    expect(getPolicies(templateWith({}), 'backend')).toEqual([]);
  });

  it('lets a role verify numbers of its tenant only', () => {
    const policies = getPolicies(templateWith({ verifyRoleArns: { acme: [backend] } }), 'backend');
    const statements = policies.map(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements).toEqual([
      [expect.objectContaining({ Action: 'execute-api:Invoke', Effect: 'Allow' })],
    ]);
    expect(JSON.stringify(statements)).toContain('/$default/POST/tenants/acme/whatsapp/*/number/verify');
  });

  it('puts all permissions of a role into one policy', () => {
    const template = templateWith({
      verifyRoleArns: { acme: [backend], globex: [backend] },
      invokeRoleArns: [backend],
    });
    const [policy, ...others] = getPolicies(template, 'backend');
    expect(others).toEqual([]);
    expect(policy.PolicyDocument.Statement).toContainEqual({
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: alias,
    });
  });

  it('lets a role of another account invoke the function through a permission of the alias', () => {
    const template = templateWith({ invokeRoleArns: [foreign] });
    expect(getPolicies(template, 'backend')).toEqual([]);
    expect(getProperties(template, 'AWS::Lambda::Permission')).toContainEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: alias,
      Principal: foreign,
    });
  });

  it('rejects a role of another account for HTTP', () => {
    expect(() => templateWith({ verifyRoleArns: { acme: [foreign] } })).toThrow(
      "Option verifyRoleArns has a role of account 444455556666. It must be a role of the stack's account, 111122223333.",
    );
  });
});
