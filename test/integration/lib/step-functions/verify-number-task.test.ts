import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureCodes, getDefinition } from '../../../../functions/verify-number/core/failures.ts';
import {
  closeConnection,
  resetConnection,
  sendBody,
  sendEnvelope,
  sendHtml,
} from '../../../../lib/sandbox/kaleyra/behaviours.ts';
import { rejectedOtp } from '../../../../lib/sandbox/kaleyra/outcomes.ts';
import { otherSamples, pageSamples } from '../../../../lib/sandbox/kaleyra/samples.ts';
import { readDefinition } from '../../../../scripts/templates/read-definition.ts';
import { directEvent, sampleCommand } from '../../../support/events.ts';
import { readTemplate } from '../../../support/read-stacks.ts';
import { runStateMachine } from '../../../support/run-state-machine.ts';
import {
  kaleyraVerifiesBut,
  kaleyraWorks,
  type ScriptedFunction,
  startScriptedFunction,
  type Turn,
} from '../../../support/scripted-function.ts';
import { type Execution, listChoices } from '../../../support/state-machine.ts';

const { number } = sampleCommand;
const { data: reference, message } = pageSamples.success;
const verified = { status: 'verified', ...number, reference, message };
const verifiedEarlier = {
  status: 'verified',
  ...number,
  message: 'Verified by an earlier attempt whose response was lost.',
};

const failing = (error: string): Turn => ({ error });
const dropped = kaleyraVerifiesBut(resetConnection);

const lambdaErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'States.Timeout',
];
const passwordLifeSeconds = 600;
const isRetried = (code: (typeof failureCodes)[number]): boolean => {
  const { retryable, retryAfterSeconds = 0 } = getDefinition(code);
  return retryable && retryAfterSeconds < passwordLifeSeconds;
};
const codesWith = (password: 'no' | 'unknown') =>
  failureCodes.filter((code) => isRetried(code) && getDefinition(code).passwordChecked === password);
const harmless = [...codesWith('no'), 'Lambda.TooManyRequestsException'];
const uncertain = [...codesWith('unknown'), ...lambdaErrors];
const final = failureCodes.filter((code) => !isRetried(code));

/** How often an error is retried: errors with an advised delay of more than 10 s once, the others three times. */
const getRetries = (code: string): number => {
  const known = failureCodes.find((one) => one === code);
  return known && (getDefinition(known).retryAfterSeconds ?? 0) > 10 ? 1 : 3;
};

let verifyNumber: ScriptedFunction;
beforeAll(async () => {
  verifyNumber = await startScriptedFunction();
});
afterAll(() => verifyNumber.close());

describe.each(['JSONPath', 'JSONata'])('VerifyNumberTask in %s', (language) => {
  const readMachine = (name: string) => readDefinition(readTemplate(`${name} in ${language}`));
  const definition = readMachine('task');

  const run = async (
    turns: readonly Turn[],
    input = directEvent(),
    machine = definition,
  ): Promise<Execution> => {
    verifyNumber.script(turns);
    const services = { 'arn:aws:states:::lambda:invoke': verifyNumber.invoke };
    const execution = await runStateMachine(machine, input, services);
    expect(verifyNumber.left()).toBe(0);
    return execution;
  };

  describe('with the real handler and a Kaleyra that remembers verified numbers', () => {
    it('outputs the verification and nothing of its input', async () => {
      expect((await run([kaleyraWorks], directEvent({ other: 'not passed on' }))).output).toEqual(verified);
    });

    it.each([
      ['resets the connection', resetConnection],
      ['closes the connection', closeConnection],
      ['sends HTTP 502', sendHtml(502)],
      ['reports a failure of its own', sendEnvelope(pageSamples.tryAgainLater)],
    ])('succeeds if Kaleyra verifies the number but %s', async (_what, then) => {
      expect((await run([kaleyraVerifiesBut(then), kaleyraWorks])).output).toEqual(verifiedEarlier);
    });

    it.each([
      ['KaleyraFailed', sendEnvelope(pageSamples.tryAgainLater)],
      ['HTTP 502', sendHtml(502)],
      ['a reset connection', resetConnection],
      ['HTTP 429', sendBody(429)],
    ])('succeeds if Kaleyra verifies the number after %s', async (_what, kaleyra) => {
      expect((await run([{ kaleyra }, kaleyraWorks])).output).toEqual(verified);
    });

    it('retries while the secret cannot be read', async () => {
      expect((await run([{ hasNoCredentials: true }, kaleyraWorks])).output).toEqual(verified);
    });

    it.each(lambdaErrors)('succeeds if the number is verified but Lambda reports %s', async (error) => {
      expect((await run([{ ...kaleyraWorks, error }, kaleyraWorks])).output).toEqual(verifiedEarlier);
    });

    it('fails if the number was verified on another occasion', async () => {
      const { error } = await run([{ kaleyra: sendEnvelope(pageSamples.alreadyApproved) }]);
      expect(error?.name).toBe('AlreadyVerified');
    });

    it('fails if the password is rejected, also after an unknown outcome', async () => {
      const wrong = directEvent({ otp: rejectedOtp });
      expect((await run([kaleyraWorks], wrong)).error?.name).toBe('OtpRejected');
      const { error } = await run([{ kaleyra: resetConnection }, kaleyraWorks], wrong);
      expect(error?.name).toBe('OtpRejected');
    });

    it('fails with the code as the error and the detail in the cause', async () => {
      const { error } = await run([{ kaleyra: sendEnvelope(otherSamples.insufficientBalance) }]);
      expect(error?.name).toBe('InsufficientBalance');
      expect(JSON.parse(error?.cause ?? '')).toMatchObject({ errorMessage: 'Insufficient balance' });
    });
  });

  describe.each(harmless)('after %s', (code) => {
    const retries = Array(getRetries(code)).fill(failing(code));

    it('tries again without leaving its phase, until its retries are used up', async () => {
      const { output, entered } = await run([failing(code), kaleyraWorks]);
      expect(output).toEqual(verified);
      expect(entered.map(({ name }) => name)).not.toContain('Verify: later attempts');
      expect((await run([dropped, failing(code), kaleyraWorks])).output).toEqual(verifiedEarlier);
      expect((await run([failing(code), ...retries])).error?.name).toBe(code);
    });

    it('treats AlreadyVerified as a failure', async () => {
      expect((await run([failing(code), failing('AlreadyVerified')])).error?.name).toBe('AlreadyVerified');
    });

    it('fails with OutcomeUnknown when its retries are used up after an unknown outcome', async () => {
      expect((await run([dropped, failing(code), ...retries])).error?.name).toBe('OutcomeUnknown');
    });
  });

  describe.each(uncertain)('after %s', (code) => {
    it('treats AlreadyVerified as a success', async () => {
      expect((await run([failing(code), failing('AlreadyVerified')])).output).toEqual(verifiedEarlier);
    });

    it('treats every other result as it is', async () => {
      expect((await run([failing(code), kaleyraWorks])).output).toEqual(verified);
      for (const other of final.filter((one) => !['AlreadyVerified', 'TooManyAttempts'].includes(one))) {
        expect((await run([failing(code), failing(other)])).error?.name).toBe(other);
      }
    });

    it('fails with OutcomeUnknown after TooManyAttempts', async () => {
      expect((await run([failing(code), failing('TooManyAttempts')])).error?.name).toBe('OutcomeUnknown');
    });

    it('fails with this error when its retries are used up', async () => {
      const turns = [failing(code), failing(code), ...Array(getRetries(code)).fill(failing(code))];
      expect((await run(turns)).error?.name).toBe(code);
    });
  });

  it.each([...final, 'Lambda.ResourceNotFoundException'])(
    'fails with %s at the first attempt',
    async (code) => {
      expect((await run([failing(code)])).error?.name).toBe(code);
    },
  );

  it('can use every Retry and every Catch', async () => {
    const executions = [
      await run([failing('CredentialsUnavailable'), failing('TenantRateLimited'), kaleyraWorks]),
      await run([failing('KaleyraFailed'), failing('RateLimited'), failing('KaleyraFailed'), kaleyraWorks]),
      await run([dropped, kaleyraWorks]),
      await run([dropped, failing('TooManyAttempts')]),
    ];
    const taken = new Set(executions.flatMap((execution) => execution.taken));
    expect([...taken].sort()).toEqual(listChoices(definition).sort());
  });

  it.each([
    ['KaleyraFailed', 120],
    ['OutcomeUnknown', 20],
  ])('pauses up to twice the advised delay after %s', async (code, longest) => {
    const { waits } = await run([failing(code), kaleyraWorks]);
    expect(waits).toEqual([expect.any(Number)]);
    expect(waits[0]).toBeGreaterThanOrEqual(1);
    expect(waits[0]).toBeLessThanOrEqual(longest);
    expect(Number.isInteger(waits[0])).toBe(true);
  });

  it('leads to the state that catches its error', async () => {
    const machine = readMachine('task with a catch');
    const rejected = await run([failing('OtpRejected')], directEvent(), machine);
    expect(rejected.entered.at(-1)?.name).toBe('Ask again');
    expect((await run([failing('WabaNotFound')], directEvent(), machine)).error?.name).toBe('WabaNotFound');
  });

  it.each([678997654123456, 8007199254740993])(
    'can select its fields, and the id %d as a number',
    async (id) => {
      const { tenant_id, waba_id, phone_number } = number;
      const phone = { e164: phone_number, id };
      const input = { tenant_id, waba_id, phone, reply: { otp: sampleCommand.otp } };
      const expected = { status: 'verified', tenant_id, waba_id, phone_number, id: String(id) };
      for (const turns of [[kaleyraWorks], [dropped, kaleyraWorks]]) {
        expect((await run(turns, input, readMachine('task with paths'))).output).toMatchObject(expected);
      }
    },
  );

  it('fails before it invokes the function if a field is missing', async () => {
    const { otp: _otp, ...input } = directEvent();
    expect((await run([], input)).error?.name).toMatch(/^States\./);
  });
});
