import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resetConnection, sendEnvelope } from '../../../../lib/sandbox/kaleyra/behaviours.ts';
import { rejectedOtp } from '../../../../lib/sandbox/kaleyra/outcomes.ts';
import { otherSamples, pageSamples } from '../../../../lib/sandbox/kaleyra/samples.ts';
import { readDefinition } from '../../../../scripts/templates/read-definition.ts';
import { sampleCommand } from '../../../support/events.ts';
import { readTemplate } from '../../../support/read-stacks.ts';
import { runStateMachine } from '../../../support/run-state-machine.ts';
import {
  kaleyraVerifiesBut,
  kaleyraWorks,
  type ScriptedFunction,
  startScriptedFunction,
  type Turn,
} from '../../../support/scripted-function.ts';
import { type Execution, listChoices, StateError } from '../../../support/state-machine.ts';
import { validateDefinition } from '../../../support/validate-definition.ts';

const definition = readDefinition(readTemplate('password workflow', 'Passwords'));
const { number: input, otp } = sampleCommand;

let scripted: ScriptedFunction;
beforeAll(async () => {
  scripted = await startScriptedFunction();
});
afterAll(() => scripted.close());

interface PasswordMessage {
  readonly task_token: string;
  readonly attempt: number;
}
type Answer = () => Promise<unknown>;

const fourTimes = Array<Turn>(4).fill(kaleyraWorks);

const givePassword: Answer = async () => ({ otp });
const giveWrongPassword: Answer = async () => ({ otp: rejectedOtp });
const failWith =
  (error: string): Answer =>
  () =>
    Promise.reject(new StateError(error, 'From the test.'));

/** Runs an execution. The backend gives the answers in turn, and repeats the last one. */
const run = async (
  turns: readonly Turn[],
  ...answers: readonly Answer[]
): Promise<Execution & { readonly messages: readonly PasswordMessage[] }> => {
  scripted.script(turns);
  const messages: PasswordMessage[] = [];
  const execution = await runStateMachine(definition, input, {
    'arn:aws:states:::lambda:invoke': scripted.invoke,
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken': (sent: { MessageBody: PasswordMessage }) => {
      messages.push(sent.MessageBody);
      return (answers[messages.length - 1] ?? answers.at(-1) ?? givePassword)();
    },
  });
  expect(scripted.left()).toBe(0);
  const visible = JSON.stringify([execution.output, execution.error, messages]);
  expect(visible).not.toContain(otp);
  expect(visible).not.toContain(rejectedOtp);
  return { ...execution, messages };
};

describe('PasswordWorkflow', () => {
  it('has a valid definition', () => {
    expect(validateDefinition(definition)).toBe('');
  });

  it('asks for the password once and verifies with it', async () => {
    const { output, messages } = await run([kaleyraWorks]);
    expect(messages).toEqual([{ ...input, task_token: 'token-1', attempt: 1 }]);
    expect(output).toEqual({
      status: 'verified',
      ...input,
      reference: pageSamples.success.data,
      message: pageSamples.success.message,
    });
  });

  it('asks up to three more times, each with a new token, while passwords are rejected', async () => {
    const wrong = giveWrongPassword;
    const { output, messages } = await run(fourTimes, wrong, wrong, wrong, givePassword);
    expect(messages.map(({ attempt, task_token }) => `${attempt} ${task_token}`)).toEqual([
      '1 token-1',
      '2 token-2',
      '3 token-3',
      '4 token-4',
    ]);
    expect(output).toMatchObject({ status: 'verified' });
  });

  it('fails with OtpRejected when the fourth password is rejected', async () => {
    const { error, messages } = await run(fourTimes, giveWrongPassword);
    expect(messages).toHaveLength(4);
    expect(error).toEqual({ name: 'OtpRejected', cause: 'Each of 4 passwords was rejected.' });
  });

  it('does not pass a rejected password on to later states', async () => {
    const { entered } = await run([kaleyraWorks, kaleyraWorks], giveWrongPassword, givePassword);
    const second = entered.filter(({ name }) => name === 'Ask for the password')[1];
    expect(second?.input).toEqual({ request: input, attempt: 2 });
  });

  it('fails with PasswordTimedOut when the first or a later password does not arrive', async () => {
    const timeout = failWith('States.Timeout');
    expect((await run([], timeout)).error?.name).toBe('PasswordTimedOut');
    expect((await run([kaleyraWorks], giveWrongPassword, timeout)).error?.name).toBe('PasswordTimedOut');
  });

  it('fails with the error name that the backend gives up with', async () => {
    const { error } = await run([], failWith('OwnerHungUp'));
    expect(error).toEqual({ name: 'OwnerHungUp', cause: 'From the test.' });
  });

  it.each([[{}], [{ password: '671242' }], ['671242'], [null]])(
    'fails with PasswordMissing when the answer is %j',
    async (answer) => {
      const { error } = await run([], async () => answer);
      expect(error?.name).toBe('PasswordMissing');
    },
  );

  it('fails with the code of any other failure, without asking again', async () => {
    const { error, messages } = await run([{ kaleyra: sendEnvelope(otherSamples.insufficientBalance) }]);
    expect(error?.name).toBe('InsufficientBalance');
    expect(messages).toHaveLength(1);
  });

  it('succeeds without asking again when the response to a verification was lost', async () => {
    const { output, messages } = await run([kaleyraVerifiesBut(resetConnection), kaleyraWorks]);
    expect(output).toMatchObject({ status: 'verified', id: input.id });
    expect(messages).toHaveLength(1);
  });

  it('asks again when a password is rejected after an unknown outcome', async () => {
    const { output, messages } = await run(
      [{ kaleyra: resetConnection }, kaleyraWorks, kaleyraWorks],
      giveWrongPassword,
      givePassword,
    );
    expect(output).toMatchObject({ status: 'verified' });
    expect(messages).toHaveLength(2);
  });

  it.each(['SQS.SdkClientException', 'SQS.AmazonSQSException'])(
    'sends a message again after %s',
    async (error) => {
      const { output, messages } = await run([kaleyraWorks], failWith(error), givePassword);
      expect(output).toMatchObject({ status: 'verified' });
      expect(messages.map(({ attempt }) => attempt)).toEqual([1, 1]);
    },
  );

  it('can use every Retry and every Catch of its own states', async () => {
    const executions = [
      await run(
        [kaleyraWorks, kaleyraWorks],
        failWith('SQS.SdkClientException'),
        giveWrongPassword,
        givePassword,
      ),
      await run([], failWith('States.Timeout')),
    ];
    const own = listChoices(definition).filter((choice) => !choice.startsWith('Verify the number:'));
    expect(own).toHaveLength(3);
    expect(executions.flatMap(({ taken }) => taken).sort()).toEqual(own.sort());
  });
});
