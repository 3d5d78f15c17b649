import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, type IChainable, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { VerifyNumberTask, type VerifyNumberTaskProps } from '../../lib/step-functions/verify-number-task.ts';

export const aliasArn = 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number:live';

interface Difference {
  readonly paths?: VerifyNumberTaskProps['paths'];
  /** The query language of the state machine, if it is not the task's. */
  readonly machineLanguage?: QueryLanguage;
  /** Adds states to the task. */
  readonly extend?: (task: VerifyNumberTask, stack: Stack) => IChainable;
}

/** The template of a state machine that consists of the task `Verify`. */
export const synthesizeVerifyTask = (
  queryLanguage: QueryLanguage | undefined,
  { paths = {}, machineLanguage, extend = (task) => task }: Difference = {},
): Template => {
  const stack = new Stack(new App(), 'Workflow', { env: { region: 'ap-south-1', account: '000000000000' } });
  const verifyNumber = LambdaFunction.fromFunctionArn(stack, 'Alias', aliasArn);
  const language = queryLanguage && { queryLanguage };
  const task = new VerifyNumberTask(stack, 'Verify', { verifyNumber, paths, ...language });
  new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(extend(task, stack)),
    queryLanguage: machineLanguage ?? queryLanguage ?? QueryLanguage.JSON_PATH,
  });
  return Template.fromStack(stack);
};
