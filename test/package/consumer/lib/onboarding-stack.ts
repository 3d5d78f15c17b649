import { Stack, type StackProps } from 'aws-cdk-lib';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { NumberVerification, VerifyNumberTask } from 'kaleyra-number-verification';

/** A stack that verifies numbers in state machines of both query languages. */
export class OnboardingStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const { verifyNumber } = new NumberVerification(this, 'Verification', { memoryMb: 1024 });
    const verify = new VerifyNumberTask(this, 'Verify', { verifyNumber });
    new StateMachine(this, 'JsonPath', { definitionBody: DefinitionBody.fromChainable(verify) });
  }
}
