// Your own state machine with a state that verifies a number, as a CDK app.
//
//   npx cdk deploy --app "node examples/state-machine.ts" -c functionArn=<the stack's output FunctionArn>
//
// `npx cdk synth` with the same options needs no AWS account.
//
// Start it with {"tenant_id": …, "waba_id": …, "id": …, "phone_number": …, "otp": …}. The task retries where that can help,
// and treats `AlreadyVerified` after an unknown outcome as success. Your workflow decides what to do about the other codes
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
  definitionBody: DefinitionBody.fromChainable(verify.next(new Succeed(stack, 'Go on with the number'))),
});
