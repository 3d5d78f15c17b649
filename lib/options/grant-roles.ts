/** Grants access to existing roles, which options name by their ARNs. */
import { Arn, ArnFormat, type Stack } from 'aws-cdk-lib';
import { type IRole, Role } from 'aws-cdk-lib/aws-iam';
import type { NumberVerificationStack } from '../constructs/number-verification-stack.ts';
import { InvalidOptions } from '../values/rules.ts';
import type { Options } from './option-table.ts';

/**
 * Lets roles verify numbers of one tenant, or invoke the function directly.
 * @param account the account that the stack is deployed to, if it is known
 * @throws InvalidOptions if a role of `verifyRoleArns` belongs to another account
 */
export const grantRoles = (stack: NumberVerificationStack, options: Options, account?: string): void => {
  const { verifyRoleArns = {}, invokeRoleArns = [] } = options;
  for (const [tenantId, roleArns] of Object.entries(verifyRoleArns)) {
    for (const arn of roleArns) {
      rejectOtherAccount(arn, account);
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
const rejectOtherAccount = (arn: string, account: string | undefined): void => {
  const { account: its } = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME);
  if (account === undefined || its === account) return;
  throw new InvalidOptions([
    `Option verifyRoleArns has a role of account ${its}. It must be a role of the stack's account, ${account}.`,
  ]);
};
