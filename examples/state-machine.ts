// A CDK app with a state machine of your own that verifies a number.
//
//   npx cdk deploy --app "node examples/state-machine.ts" -c functionArn=<output FunctionArn of the stack>
//
// `npx cdk synth` with the same options needs no AWS account. Start an execution with the input
// {"tenant_id": …, "waba_id": …, "id": …, "phone_number": …, "otp": …}. The task retries where that can help, and treats
// `AlreadyVerified` after an unknown outcome as success. Your workflow decides what to do about the other failure codes
// (docs/problems.md).
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, Fail, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { VerifyNumberTask } from '../lib/step-functions/verify-number-task.ts';

const stack = new Stack(new App(), 'NumberOnboarding');
const functionArn = stack.node.getContext('functionArn');

const verify = new VerifyNumberTask(stack, 'Verify the number', {
  verifyNumber: LambdaFunction.fromFunctionArn(stack, 'VerifyNumber', functionArn),
});
const askAgain = new Fail(stack, 'Ask for the password again', { error: 'WrongPassword' });
verify.addCatch(askAgain, { errors: ['OtpRejected'] });

new StateMachine(stack, 'Onboarding', {
  definitionBody: DefinitionBody.fromChainable(verify.next(new Succeed(stack, 'Continue with the number'))),
});
