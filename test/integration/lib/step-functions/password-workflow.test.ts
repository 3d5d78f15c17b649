import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, type IFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { answer, resetConnection } from '../../../../lib/sandbox/kaleyra/behaviours.ts';
import { otherSamples, pageSamples } from '../../../../lib/sandbox/kaleyra/samples.ts';
import { sampleRequest } from '../../../../lib/sandbox/sample-request.ts';
import { PasswordWorkflowStack } from '../../../../lib/step-functions/password-workflow.ts';
import {
  type ScriptedFunction,
  startScriptedFunction,
  type Turn,
} from '../../../support/scripted-function.ts';
import {
  choiceOf,
  definitionOf,
  type Execution,
  execute,
  StateError,
  statesOf,
} from '../../../support/state-machine.ts';

const env = { region: 'ap-south-1', account: '000000000000' };
const app = new App();
const functionStack = new Stack(app, 'Function', { env });
// The cast is for CDK's own classes, which do not meet exactOptionalPropertyTypes.
const verifyNumber = new LambdaFunction(functionStack, 'Handler', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('never run'),
}).addAlias('live') as IFunction;
const workflow = new PasswordWorkflowStack(app, 'Passwords', {
  env,
  verifyNumber,
  passwordTimeout: Duration.minutes(5),
});
workflow.grantAnswer(
  new Role(workflow, 'Backend', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
);
const template = Template.fromStack(workflow);
const definition = definitionOf(template);

const { otp, ...input } = sampleRequest;
const success: Turn = { kaleyra: answer(pageSamples.success) };
const rejected: Turn = { kaleyra: answer(pageSamples.otpRejected) };
const givesPassword = async (): Promise<unknown> => ({ otp });

let scripted: ScriptedFunction;
beforeAll(async () => {
  scripted = await startScriptedFunction(input.tenant_id);
});
afterAll(() => scripted.close());

interface Asked {
  readonly task_token: string;
  readonly attempt: number;
}

/** An execution, and the messages that it sent. `answers` stand for the backend: the last one goes on answering. */
const run = async (
  turns: readonly Turn[],
  ...answers: (() => Promise<unknown>)[]
): Promise<Execution & { asked: readonly Asked[] }> => {
  scripted.script(turns);
  const asked: Asked[] = [];
  const execution = await execute(definition, input, {
    'arn:aws:states:::lambda:invoke': scripted.invoke,
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken': (sent: { MessageBody: Asked }) => {
      asked.push(sent.MessageBody);
      return (answers[asked.length - 1] ?? answers.at(-1) ?? givesPassword)();
    },
  });
  expect(scripted.left()).toBe(0);
  expect(JSON.stringify([execution.output, execution.error, asked])).not.toContain(otp);
  return { ...execution, asked };
};

const failing = (error: string) => () => Promise.reject(new StateError(error, 'as the test has it'));

describe('an execution', () => {
  it('asks for the password once, and verifies with it', async () => {
    const { output, asked } = await run([success]);
    expect(asked).toEqual([{ ...input, task_token: 'token-1', attempt: 1 }]);
    expect(output).toEqual({
      status: 'verified',
      ...input,
      reference: pageSamples.success.data,
      message: pageSamples.success.message,
    });
  });

  it('asks again when the password is rejected, with a new token, up to three times', async () => {
    const { output, asked } = await run([rejected, rejected, rejected, success]);
    expect(asked.map(({ attempt, task_token }) => [attempt, task_token])).toEqual([
      [1, 'token-1'],
      [2, 'token-2'],
      [3, 'token-3'],
      [4, 'token-4'],
    ]);
    expect(output).toMatchObject({ status: 'verified' });
  });

  it('fails as OtpRejected when the fourth password is rejected too', async () => {
    const { error, asked } = await run([rejected, rejected, rejected, rejected]);
    expect(asked).toHaveLength(4);
    expect(error).toEqual({ name: 'OtpRejected', cause: 'Each of 4 passwords was rejected.' });
  });

  it('does not hand a rejected password on to the states that follow', async () => {
    const { entered } = await run([rejected, success]);
    const again = entered.filter(({ name }) => name === 'Ask for the password')[1];
    expect(again?.input).toEqual({ request: input, attempt: 2 });
  });

  it('fails as PasswordTimedOut when nobody answers', async () => {
    const { error } = await run([], failing('States.Timeout'));
    expect(error?.name).toBe('PasswordTimedOut');
  });

  it('fails as PasswordTimedOut when nobody answers the second time', async () => {
    const { error } = await run([rejected], givesPassword, failing('States.Timeout'));
    expect(error?.name).toBe('PasswordTimedOut');
  });

  it('fails by the name that the backend gives up with', async () => {
    const { error } = await run([], failing('OwnerHungUp'));
    expect(error).toEqual({ name: 'OwnerHungUp', cause: 'as the test has it' });
  });

  it.each([[{}], [{ password: '671242' }], ['671242'], [null]])(
    'fails as PasswordMissing when the answer is %j',
    async (output) => {
      const { error } = await run([], async () => output);
      expect(error?.name).toBe('PasswordMissing');
    },
  );

  it('fails by the code that the catalogue has, without asking again', async () => {
    const { error, asked } = await run([{ kaleyra: answer(otherSamples.insufficientBalance) }]);
    expect(error?.name).toBe('InsufficientBalance');
    expect(asked).toHaveLength(1);
  });

  it('does not ask again when an earlier attempt turns out to have verified the number', async () => {
    const { output, asked } = await run([
      { kaleyra: resetConnection },
      { kaleyra: answer(pageSamples.alreadyApproved) },
    ]);
    expect(output).toMatchObject({ status: 'verified', id: input.id });
    expect(asked).toHaveLength(1);
  });

  it.each(['SQS.SdkClientException', 'SQS.AmazonSQSException'])('sends again after %s', async (error) => {
    const { output, asked } = await run([success], failing(error), givesPassword);
    expect(output).toMatchObject({ status: 'verified' });
    expect(asked.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  it('can take every Retry and every Catch of its own states', async () => {
    const executions = [
      await run([rejected, success], failing('SQS.SdkClientException'), givesPassword),
      await run([], failing('States.Timeout')),
    ];
    const all = statesOf(definition)
      .filter(([name]) => !name.startsWith('Verify the number:'))
      .flatMap(([name, { Retry = [], Catch = [] }]) => [
        ...Retry.map(({ ErrorEquals }) => choiceOf(name, 'Retry', ErrorEquals)),
        ...Catch.map(({ ErrorEquals }) => choiceOf(name, 'Catch', ErrorEquals)),
      ]);
    expect(all).toHaveLength(3);
    expect(executions.flatMap(({ taken }) => taken).sort()).toEqual(all.sort());
  });
});

describe('the stack', () => {
  it('keeps the messages encrypted, and no longer than their tokens are good for', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 300,
    });
    expect(definition.States['Ask for the password']?.TimeoutSeconds).toBe(300);
  });

  it('logs every event, and no input or output', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('lets the workflow send to its queue, invoke the alias, log and trace, and nothing else', () => {
    const statements = policyOf('Workflow');
    expect(statements.filter(({ Resource }) => Resource !== '*')).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [queueId(), 'Arn'] } },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::ImportValue': expect.stringContaining('Alias') },
      },
    ]);
    const onAnything = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(onAnything.filter((action) => !/^(logs|xray):/.test(String(action)))).toEqual([]);
  });

  it('lets who is granted it read the queue and answer this workflow, and nothing else', () => {
    expect(policyOf('Backend')).toEqual([
      {
        Effect: 'Allow',
        Action: expect.arrayContaining(['sqs:ReceiveMessage', 'sqs:DeleteMessage']),
        Resource: { 'Fn::GetAtt': [queueId(), 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
        Resource: { Ref: expect.stringMatching(/^Workflow/) },
      },
    ]);
  });

  it('passes cdk-nag', () => {
    expect(new AwsSolutionsChecks().validateScope(workflow).violations).toEqual([]);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const policyOf = (role: string): Statement[] => {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  return policies
    .filter(([id]) => id.startsWith(role))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
};

const queueId = (): string | undefined => Object.keys(template.findResources('AWS::SQS::Queue'))[0];
