/** The definitions in `examples/asl/`: the task and the workflow in the Amazon States Language. */
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { PasswordWorkflow } from '../../lib/step-functions/password-workflow.ts';
import { VerifyNumberTask } from '../../lib/step-functions/verify-number-task.ts';
import { type Definition, readDefinition } from '../templates/read-definition.ts';

/** Returns each file's name with the definition that it contains. Placeholders have the form `${Name}`. */
export const createStateMachineExamples = (): Readonly<Record<string, Definition>> => ({
  'verify-number.jsonpath.asl.json': createTaskDefinition(QueryLanguage.JSON_PATH),
  'verify-number.jsonata.asl.json': createTaskDefinition(QueryLanguage.JSONATA),
  'password-workflow.asl.json': createWorkflowDefinition(),
});

const createTaskDefinition = (queryLanguage: QueryLanguage): Definition => {
  const { stack, verifyNumber } = createStack();
  const task = new VerifyNumberTask(stack, 'Verify the number', { verifyNumber, queryLanguage });
  new StateMachine(stack, 'StateMachine', {
    definitionBody: DefinitionBody.fromChainable(task),
    queryLanguage,
  });
  return read(stack);
};

const createWorkflowDefinition = (): Definition => {
  const { stack, verifyNumber } = createStack();
  const { queue } = new PasswordWorkflow(stack, 'Workflow', { verifyNumber });
  const { defaultChild } = queue.node;
  if (defaultChild instanceof CfnQueue) defaultChild.overrideLogicalId('PasswordQueueUrl');
  return read(stack);
};

const createStack = () => {
  const stack = new Stack(new App(), 'Example');
  const { valueAsString: arn } = new CfnParameter(stack, 'VerifyNumberArn');
  return { stack, verifyNumber: LambdaFunction.fromFunctionArn(stack, 'VerifyNumber', arn) };
};

const read = (stack: Stack): Definition => readDefinition(Template.fromStack(stack).toJSON());
