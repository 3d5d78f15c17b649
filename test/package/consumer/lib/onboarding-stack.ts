import { Stack, type StackProps } from 'aws-cdk-lib';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { NumberVerification, PasswordWorkflow, VerifyNumberTask } from 'kaleyra-number-verification';

/** A stack that verifies numbers in a state machine of each query language and in the password workflow. */
export class OnboardingStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const { verifyNumber } = new NumberVerification(this, 'Verification', { memoryMb: 1024 });
    for (const queryLanguage of [QueryLanguage.JSON_PATH, QueryLanguage.JSONATA]) {
      const verify = new VerifyNumberTask(this, `Verify with ${queryLanguage}`, {
        verifyNumber,
        queryLanguage,
      });
      new StateMachine(this, queryLanguage, {
        queryLanguage,
        definitionBody: DefinitionBody.fromChainable(verify),
      });
    }
    new PasswordWorkflow(this, 'Passwords', { verifyNumber });
  }
}
