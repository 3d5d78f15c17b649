import { App, Duration, Stack } from 'aws-cdk-lib';
import { Code, type IFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  PasswordWorkflowStack,
  type PasswordWorkflowStackProps,
} from '../../lib/step-functions/password-workflow-stack.ts';

/** The workflow's stack, with the function in another stack of the same app. */
export const newPasswordWorkflowStack = (
  props: Partial<PasswordWorkflowStackProps> = {},
): PasswordWorkflowStack => {
  const env = { region: 'ap-south-1', account: '000000000000' };
  const app = new App();
  const alias = new LambdaFunction(new Stack(app, 'Function', { env }), 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('never run'),
  }).addAlias('live');
  return new PasswordWorkflowStack(app, 'Passwords', {
    env,
    // The CDK's classes do not satisfy exactOptionalPropertyTypes.
    verifyNumber: alias as IFunction,
    passwordTimeout: Duration.minutes(5),
    ...props,
  });
};
