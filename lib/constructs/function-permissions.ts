import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acceptFindings, allowsResource } from './accepted-findings.ts';

/** The IAM actions that the function needs to read a secret. */
export const secretActions: readonly string[] = ['secretsmanager:GetSecretValue'];

/** The IAM actions that the function needs to count attempts and to give them back. */
export const countingActions: readonly string[] = ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

/** The IAM actions that Lambda needs to run a function in a VPC. */
const networkActions: readonly string[] = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Grants permissions in a policy of their own, whose logical id depends on them. If an option changes or removes them,
 * CloudFormation deletes the old policy only after the alias has moved to the new version, so that the old version
 * keeps its permissions until it has no traffic.
 * Source: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS in
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
const grantSeparately = (role: Role, name: string, statement: PolicyStatement): Policy => {
  const content = JSON.stringify(Stack.of(role).resolve(statement.toStatementJson()));
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
  return new Policy(role, `${name}${hash}`, { roles: [role], statements: [statement] });
};

/** Allows the role to read the secrets, and to decrypt them with the keys. */
export const grantSecrets = (role: Role, secretsArn: string, keyArns: readonly string[]): void => {
  const statement = new PolicyStatement({ actions: [...secretActions], resources: [secretsArn] });
  acceptFindings(grantSeparately(role, 'ReadSecrets', statement), {
    [allowsResource(role, secretsArn)]:
      "Tenants come and go without a deployment, so the function may read every secret under the tenants' prefix.",
  });
  for (const keyArn of keyArns) {
    // Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    grantSeparately(
      role,
      'DecryptSecrets',
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(role).region}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:SecretARN': secretsArn },
        },
      }),
    );
  }
};

/** Allows the role to count attempts and to give them back. It may not read: a rejected write returns what is needed. */
export const grantCounting = (role: Role, tableArn: string): void => {
  const statement = new PolicyStatement({ actions: [...countingActions], resources: [tableArn] });
  grantSeparately(role, 'CountAttempts', statement);
};

/**
 * Allows Lambda, which uses the function's role, to manage the network interfaces in the VPC.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export const grantNetworkInterfaces = (role: Role): void => {
  const statement = new PolicyStatement({
    actions: [...networkActions],
    resources: ['*'],
  });
  acceptFindings(grantSeparately(role, 'NetworkInterfaces', statement), {
    'AwsSolutions-IAM5[Resource::*]': 'The actions for network interfaces do not support resources.',
  });
};

/**
 * Denies the function's own code what `grantNetworkInterfaces` allows Lambda. The policy is outside the role, because
 * the function depends on the role and this policy depends on the function.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
 */
export const denyNetworkInterfacesToCode = (scope: Construct, role: Role, functionArn: string): void => {
  new Policy(scope, 'DenyNetworkInterfaces', {
    roles: [role],
    statements: [
      new PolicyStatement({
        effect: Effect.DENY,
        actions: [...networkActions, 'ec2:DetachNetworkInterface'],
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
      }),
    ],
  });
};
