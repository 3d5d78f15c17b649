import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, type IChainable, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  catalogue,
  type FailureCode,
  failureCodes,
} from '../../../../functions/verify-number/core/failures.ts';
import { answer, answerPlainly, resetConnection } from '../../../../lib/sandbox/kaleyra/behaviours.ts';
import { otherSamples, pageSamples } from '../../../../lib/sandbox/kaleyra/samples.ts';
import { sampleRequest } from '../../../../lib/sandbox/sample-request.ts';
import { throttled } from '../../../../lib/sandbox/secrets-manager/server.ts';
import {
  VerifyNumberTask,
  type VerifyNumberTaskProps,
} from '../../../../lib/step-functions/verify-number-task.ts';
import { directEvent } from '../../../support/events.ts';
import {
  type ScriptedFunction,
  startScriptedFunction,
  type Turn,
} from '../../../support/scripted-function.ts';
import { choiceOf, definitionOf, type Execution, execute, statesOf } from '../../../support/state-machine.ts';

const aliasArn = 'arn:aws:lambda:ap-south-1:000000000000:function:verify-phone-number:live';

const synthesize = (
  paths: VerifyNumberTaskProps['paths'] = {},
  around: (task: VerifyNumberTask, stack: Stack) => IChainable = (task) => task,
): Template => {
  const stack = new Stack(new App(), 'Workflow', { env: { region: 'ap-south-1', account: '000000000000' } });
  const verifyNumber = LambdaFunction.fromFunctionArn(stack, 'Alias', aliasArn);
  const task = new VerifyNumberTask(stack, 'Verify', { verifyNumber, paths });
  new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(around(task, stack)) });
  return Template.fromStack(stack);
};

const template = synthesize();
const definition = definitionOf(template);
const success: Turn = { kaleyra: answer(pageSamples.success) };
const alreadyApproved: Turn = { kaleyra: answer(pageSamples.alreadyApproved) };

/** After these the number can't have been verified. */
const nothingHappened: Record<string, Turn> = {
  RateLimited: { kaleyra: answerPlainly(429) },
  CredentialsUnavailable: { secretsManager: throttled() },
  KaleyraUnavailable: { kaleyra: answer(pageSamples.tryAgainLater) },
  'Lambda.TooManyRequestsException': { lambda: 'Lambda.TooManyRequestsException' },
};
const brokenOff: Turn = { kaleyra: resetConnection };
const lostByLambda = (lambda: string): Turn => ({ ...success, lambda });
/** After these nobody knows. The function did its work each time that Lambda failed: only its answer was lost. */
const unknownOutcome: Record<string, Turn> = {
  OutcomeUnknown: brokenOff,
  ...Object.fromEntries(
    [
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.Unknown',
      'Sandbox.Timedout',
      'Runtime.ExitError',
      'States.Timeout',
    ].map((error) => [error, lostByLambda(error)]),
  ),
};

const { otp: _otp, ...identity } = sampleRequest;
const verified = {
  status: 'verified',
  ...identity,
  reference: pageSamples.success.data,
  message: pageSamples.success.message,
};
const verifiedEarlier = {
  status: 'verified',
  ...identity,
  message: 'Verified by an earlier attempt, whose answer was lost.',
};

let verifyNumber: ScriptedFunction;
beforeAll(async () => {
  verifyNumber = await startScriptedFunction(sampleRequest.tenant_id);
});
afterAll(() => verifyNumber.close());

const run = async (
  turns: readonly Turn[],
  input = directEvent(),
  machine = definition,
): Promise<Execution> => {
  verifyNumber.script(turns);
  const execution = await execute(machine, input, { 'arn:aws:states:::lambda:invoke': verifyNumber.invoke });
  expect(verifyNumber.left()).toBe(0);
  return execution;
};

describe('what comes out', () => {
  it('is the plain verification, and nothing of the input beside it', async () => {
    const { output } = await run([success], directEvent({ other: 'not passed on' }));
    expect(output).toEqual(verified);
  });

  it('is a failure by its code, for the workflow to catch', async () => {
    const { error } = await run([{ kaleyra: answer(otherSamples.insufficientBalance) }]);
    expect(error?.name).toBe('InsufficientBalance');
    expect(JSON.parse(error?.cause ?? '')).toMatchObject({ errorMessage: 'Insufficient balance' });
  });

  it('is what the workflow catches by that code', async () => {
    const machine = definitionOf(
      synthesize({}, (task, stack) => {
        task.addCatch(new Pass(stack, 'AskAgain', { stateName: 'Ask again' }), { errors: ['OtpRejected'] });
        return task;
      }),
    );
    const rejected = await run([{ kaleyra: answer(pageSamples.otpRejected) }], directEvent(), machine);
    expect(rejected.entered.at(-1)?.name).toBe('Ask again');
    const refused = await run([{ kaleyra: answer(pageSamples.wabaNotFound) }], directEvent(), machine);
    expect(refused.error?.name).toBe('WabaNotFound');
  });

  it('comes of fields wherever the paths say, and of an id that is a number', async () => {
    const { phone_number, otp, id, ...rest } = sampleRequest;
    const paths = { phone_number: '$.number.e164', otp: '$.answer.otp', id: '$.number.id' };
    const input = { ...rest, number: { e164: phone_number, id: Number(id) }, answer: { otp } };
    const machine = definitionOf(synthesize(paths));
    expect((await run([success], input, machine)).output).toEqual(verified);
    expect((await run([brokenOff, alreadyApproved], input, machine)).output).toEqual(verifiedEarlier);
  });
});

describe.each(Object.entries(nothingHappened))(
  'after %s, with which nothing can have happened',
  (name, turn) => {
    it('tries again', async () => {
      const { output, taken } = await run([turn, success]);
      expect(output).toEqual(verified);
      expect(taken).toEqual([choiceOf('Verify: first attempts', 'Retry', [name])]);
    });

    it('takes AlreadyVerified for what it says', async () => {
      expect((await run([turn, alreadyApproved])).error?.name).toBe('AlreadyVerified');
    });

    it('gives up after three more attempts', async () => {
      expect((await run([turn, turn, turn, turn])).error?.name).toBe(name);
    });

    it('still tries again when an outcome was unknown before', async () => {
      const { output, taken } = await run([brokenOff, turn, alreadyApproved]);
      expect(output).toEqual(verifiedEarlier);
      expect(taken).toContain(choiceOf('Verify: attempts after an unknown outcome', 'Retry', [name]));
    });

    it('still notices when an outcome is unknown later', async () => {
      expect((await run([turn, brokenOff, alreadyApproved])).output).toEqual(verifiedEarlier);
    });
  },
);

describe.each(Object.entries(unknownOutcome))('after %s, with which nobody knows', (name, turn) => {
  it('takes AlreadyVerified for the success of the earlier attempt', async () => {
    expect((await run([turn, alreadyApproved])).output).toEqual(verifiedEarlier);
  });

  it('takes an answer for what it says', async () => {
    expect((await run([turn, success])).output).toEqual(verified);
    expect((await run([turn, { kaleyra: answer(pageSamples.otpRejected) }])).error?.name).toBe('OtpRejected');
  });

  it('gives up after four more attempts', async () => {
    const { error, taken } = await run([turn, turn, turn, turn, turn]);
    expect(error?.name).toBe(name);
    expect(taken).toHaveLength(4);
  });
});

it('takes AlreadyVerified for a failure at the first attempt', async () => {
  expect((await run([alreadyApproved])).error?.name).toBe('AlreadyVerified');
});

it('can take every Retry and every Catch', async () => {
  const interruptions = Object.values(nothingHappened);
  const executions = [
    await run([...interruptions, success]),
    await run([brokenOff, ...interruptions, brokenOff, alreadyApproved]),
  ];
  const all = statesOf(definition).flatMap(([name, { Retry = [], Catch = [] }]) => [
    ...Retry.map(({ ErrorEquals }) => choiceOf(name, 'Retry', ErrorEquals)),
    ...Catch.map(({ ErrorEquals }) => choiceOf(name, 'Catch', ErrorEquals)),
  ]);
  expect(executions.flatMap(({ taken }) => taken).sort()).toEqual(all.sort());
});

describe('the definition', () => {
  const retriers = statesOf(definition).flatMap(([, { Retry = [] }]) => Retry);
  const retriedCodes = retriers.flatMap(({ ErrorEquals }) => ErrorEquals);

  it('retries just what the catalogue calls retryable', () => {
    const retried = failureCodes.filter((code) => retriedCodes.includes(code));
    expect(retried).toEqual(failureCodes.filter((code) => catalogue[code].retryable));
  });

  it('retries with full jitter, on average no sooner than advised, and for less than ten minutes', () => {
    for (const { ErrorEquals, IntervalSeconds, BackoffRate, ...retrier } of retriers) {
      const row: { retryable: boolean; retryAfterSeconds?: number } | undefined =
        catalogue[ErrorEquals[0] as FailureCode];
      expect(IntervalSeconds / 2).toBeGreaterThanOrEqual(row?.retryAfterSeconds ?? 1);
      expect(retrier.JitterStrategy).toBe('FULL');
      const waits = [0, 1, 2].map((n) =>
        Math.min(IntervalSeconds * BackoffRate ** n, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY),
      );
      expect(retrier.MaxAttempts).toBe(waits.length);
      expect(waits.reduce((sum, wait) => sum + wait)).toBeLessThan(600);
    }
  });

  it('pauses for one to ten seconds, at random, before it asks again after an unknown outcome', async () => {
    const { entered } = await run([brokenOff, success]);
    const { input } = entered.find(({ name }) => name === 'Verify: pause') ?? {};
    expect(Array.from({ length: 10 }, (_, n) => n + 1)).toContain(
      (input as { pause_seconds: number }).pause_seconds,
    );
  });

  it('ends each attempt, though Lambda should never answer', () => {
    const tasks = statesOf(definition).filter(([, { Type }]) => Type === 'Task');
    expect(tasks.map(([, { TimeoutSeconds }]) => TimeoutSeconds)).toEqual([60, 60]);
  });

  it("lets the state machine's role invoke the function, and nothing else", () => {
    template.resourceCountIs('AWS::IAM::Policy', 1);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: Match.arrayWith([aliasArn]) },
        ],
      },
    });
  });
});
