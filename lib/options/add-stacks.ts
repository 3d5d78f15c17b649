/** Adds the stacks of one region to the app, as its options say. */
import { type App, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import { NumberVerificationStack } from '../constructs/number-verification-stack.ts';
import { PasswordWorkflowStack } from '../step-functions/password-workflow-stack.ts';
import { createWorkflowAlarms } from '../step-functions/workflow-alarms.ts';
import { grantRoles, importRole } from './grant-roles.ts';
import type { Deployment } from './read-context.ts';
import { toProps } from './to-props.ts';

/**
 * @param account the account to deploy to, if it is known
 * @returns what the person who deploys should know
 * @throws InvalidOptions
 */
export const addStacks = (app: App, { region, options }: Deployment, account?: string): string => {
  const { stage, terminationProtection = false } = options;
  const suffix = stage === undefined ? region : `${stage}-${region}`;
  const stackProps = { env: { region }, terminationProtection };
  const stack = new NumberVerificationStack(app, `KaleyraNumberVerification-${suffix}`, {
    ...stackProps,
    createProps: (scope) => toProps(scope, options),
  });
  grantRoles(stack, options, account);
  const workflowName = `KaleyraPasswordWorkflow-${suffix}`;
  const pod = `${stack.stackName} uses Kaleyra's ${stack.pod} pod.`;
  if (!options.passwordWorkflow) {
    // CloudFormation rejects an update that removes an export while a stack imports it.
    stack.exportValue(stack.verifyNumber.functionArn);
    const target = `--region ${region} --stack-name ${workflowName}`;
    return `${pod}
passwordWorkflow is off. If ${workflowName} was deployed before, delete it:
aws cloudformation update-termination-protection --no-enable-termination-protection ${target}
aws cloudformation delete-stack ${target}`;
  }
  // CloudFormation does not delete what another stack imports, so the workflow never loses its function.
  CrossStackReferences.of(stack.verifyNumber).produce(ReferenceStrength.STRONG);
  const { retention, encryptionKey, removalPolicy } = stack.verification.logSettings;
  const workflow = new PasswordWorkflowStack(app, workflowName, {
    ...stackProps,
    verifyNumber: stack.verifyNumber,
    logRetention: retention,
    logEncryptionKey: encryptionKey,
    removalPolicy,
  });
  if (options.alarms !== false) createWorkflowAlarms(workflow, stack.alarmTopic);
  for (const arn of options.answerRoleArns ?? []) workflow.grantAnswer(importRole(workflow, arn));
  return pod;
};
