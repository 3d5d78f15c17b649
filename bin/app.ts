/** The app that the `cdk` CLI runs: reads the options from the context and adds the stacks of each region. */
import { App, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { grantRoles, importRole } from '../lib/constructs/grant-roles.ts';
import { NumberVerificationStack } from '../lib/constructs/number-verification-stack.ts';
import { InvalidOptions, toRemovalPolicy } from '../lib/options/parse-options.ts';
import { type Deployment, readContext } from '../lib/options/read-context.ts';
import { PasswordWorkflowStack } from '../lib/step-functions/password-workflow-stack.ts';
import { createWorkflowAlarms } from '../lib/step-functions/workflow-alarms.ts';

const app = new App();

/** The CLI sets this variable, to us-east-1 if no region is configured. */
const currentRegion = process.env['CDK_DEFAULT_REGION'] ?? 'us-east-1';

const addStacks = ({ region, stage, options, ...deployment }: Deployment): void => {
  const suffix = stage === undefined ? region : `${stage}-${region}`;
  const stackProps = { env: { region }, terminationProtection: deployment.terminationProtection };
  const stack = new NumberVerificationStack(app, `KaleyraNumberVerification-${suffix}`, {
    ...options,
    ...stackProps,
  });
  grantRoles(stack, deployment);
  // stdout is for the template.
  console.error(`${stack.stackName} uses Kaleyra's ${stack.pod} pod.`);
  const workflowName = `KaleyraPasswordWorkflow-${suffix}`;
  if (!deployment.passwordWorkflow) {
    // CloudFormation rejects an update that removes an export while a stack imports it.
    stack.exportValue(stack.verifyNumber.functionArn);
    const target = `--region ${region} --stack-name ${workflowName}`;
    console.error(
      `passwordWorkflow is off. If ${workflowName} was deployed before, delete it:\n` +
        `aws cloudformation update-termination-protection --no-enable-termination-protection ${target}\n` +
        `aws cloudformation delete-stack ${target}`,
    );
    return;
  }
  // CloudFormation does not delete what another stack imports, so the workflow never loses its function.
  CrossStackReferences.of(stack.verifyNumber).produce(ReferenceStrength.STRONG);
  const workflow = new PasswordWorkflowStack(app, workflowName, {
    ...stackProps,
    verifyNumber: stack.verifyNumber,
    logRetention: options.logRetentionDays,
    logEncryptionKey: options.logKeyArn
      ? Key.fromKeyArn(stack, 'WorkflowLogKey', options.logKeyArn)
      : undefined,
    removalPolicy: toRemovalPolicy(options),
  });
  createWorkflowAlarms(workflow, stack.alarmTopic);
  for (const arn of deployment.answerRoleArns ?? []) workflow.grantAnswer(importRole(workflow, arn));
};

try {
  const { deployments, unused } = readContext(app.node.getAllContext(), currentRegion);
  for (const deployment of deployments) addStacks(deployment);
  if (unused.length > 0) console.error(`Not used, because they are not options: ${unused.join(', ')}.`);
} catch (error) {
  if (!(error instanceof InvalidOptions)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
