import { Arn, ArnFormat, type Stack, Token } from 'aws-cdk-lib';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import { InvalidOptions } from '../options/parse-options.ts';
import type { NumberVerificationStack } from './number-verification-stack.ts';

export interface RoleArns {
  /** Roles that may verify numbers of one tenant, by tenant. */
  readonly verifyRoleArns?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Roles that may invoke the function directly. */
  readonly invokeRoleArns?: readonly string[] | undefined;
}

/**
 * Grants access to existing roles.
 * @throws InvalidOptions if a role of `verifyRoleArns` belongs to another account
 */
export const grantRoles = (stack: NumberVerificationStack, arns: RoleArns): void => {
  const { verifyRoleArns = {}, invokeRoleArns = [] } = arns;
  for (const [tenantId, roleArns] of Object.entries(verifyRoleArns)) {
    for (const arn of roleArns) {
      rejectOtherAccount(stack, arn);
      stack.grantVerify(importRole(stack, arn), tenantId);
    }
  }
  for (const arn of invokeRoleArns) stack.grantInvoke(importRole(stack, arn));
};

/** Imports a role. Its policy is named after the stack, because a role's policies share one namespace. */
export const importRole = (stack: Stack, arn: string): IRole =>
  (stack.node.tryFindChild(arn) as IRole | undefined) ??
  Role.fromRoleArn(stack, arn, arn, { defaultPolicyName: stack.stackName });

/** HTTP APIs have no resource policy that could let in a role of another account. */
const rejectOtherAccount = (stack: Stack, arn: string): void => {
  const { account } = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME);
  if (Token.isUnresolved(stack.account) || account === stack.account) return;
  throw new InvalidOptions([
    `Option verifyRoleArns has a role of account ${account}. It must be a role of the stack's account, ${stack.account}.`,
  ]);
};
