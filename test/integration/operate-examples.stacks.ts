/** What the stacks grant, and which roles the CDK assumes to deploy them, to compare with examples/policies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { NumberVerificationStack } from '../../lib/constructs/number-verification-stack.ts';
import { PasswordWorkflowStack } from '../../lib/step-functions/password-workflow-stack.ts';

const env = { account: '111122223333', region: 'ap-south-1' };
const importBackend = (stack: Stack) =>
  Role.fromRoleArn(stack, 'Backend', 'arn:aws:iam::111122223333:role/backend');

export const scenarios = {
  'granted to backends': (app: App) => {
    const stack = new NumberVerificationStack(app, 'Numbers', { env });
    stack.grantVerify(importBackend(stack), 'acme');
    const workflow = new PasswordWorkflowStack(app, 'Workflow', { env, verifyNumber: stack.verifyNumber });
    workflow.grantAnswer(importBackend(workflow));
    const { directory } = app.synth();
    const assumed = ['manifest.json', 'Numbers.assets.json'].flatMap((file) => [
      ...readFileSync(join(directory, file), 'utf8').matchAll(
        /"(?:assumeRoleArn|arn)": "[^"]+role\/(cdk-[a-z0-9]+-[a-z-]+-role)-/g,
      ),
    ]);
    return { assumedRoles: [...new Set(assumed.map(([, role]) => role))].sort() };
  },
};
