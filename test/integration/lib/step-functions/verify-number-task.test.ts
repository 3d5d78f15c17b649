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
import { listChoices } from '../../../support/state-machine.ts';

const { number } = sampleCommand;
const { data: reference, message } = pageSamples.success;
const verified = { status: 'verified', ...number, reference, message };
const verifiedEarlier = {
  status: 'verified',
  ...number,
  message: 'Verified by an earlier attempt whose response was lost.',
};

/** The output, or the name of the error. */
type Result = typeof verified | typeof verifiedEarlier | string;

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

  const run = async (turns: readonly Turn[], input = directEvent(), machine = definition) => {
    verifyNumber.script(turns);
    const services = { 'arn:aws:states:::lambda:invoke': verifyNumber.invoke };
    const execution = await runStateMachine(machine, input, services);
    expect(verifyNumber.left()).toBe(0);
    return { ...execution, result: execution.error?.name ?? execution.output };
  };

  it.each<[string, readonly Turn[], Result]>([
    ['Kaleyra verifies the number', [kaleyraWorks], verified],
    ['Kaleyra verifies it but resets the connection', [dropped, kaleyraWorks], verifiedEarlier],
    ...Object.entries({
      'closes the connection': closeConnection,
      'sends HTTP 502': sendHtml(502),
      'reports a failure': sendEnvelope(pageSamples.tryAgainLater),
    }).map(([does, then]): [string, Turn[], Result] => [
      `Kaleyra verifies it but ${does}`,
      [kaleyraVerifiesBut(then), kaleyraWorks],
      verifiedEarlier,
    ]),
    ...Object.entries({
      KaleyraFailed: sendEnvelope(pageSamples.tryAgainLater),
      'HTTP 502': sendHtml(502),
      'a reset connection': resetConnection,
      'HTTP 429': sendBody(429),
    }).map(([what, kaleyra]): [string, Turn[], Result] => [
      `Kaleyra verifies it after ${what}`,
      [{ kaleyra }, kaleyraWorks],
      verified,
    ]),
    ...lambdaErrors.map((error): [string, Turn[], Result] => [
      `the function verifies it and Lambda reports ${error}`,
      [{ ...kaleyraWorks, error }, kaleyraWorks],
      verifiedEarlier,
    ]),
    ['the secret cannot be read at first', [{ hasNoCredentials: true }, kaleyraWorks], verified],
    ['it was verified before', [{ kaleyra: sendEnvelope(pageSamples.alreadyApproved) }], 'AlreadyVerified'],
  ])('has the right result when %s', async (_what, turns, result) => {
    expect((await run(turns, directEvent({ other: 'not passed on' }))).result).toEqual(result);
  });

  it('fails if the password is rejected, also after an unknown outcome', async () => {
    const wrong = directEvent({ otp: rejectedOtp });
    expect((await run([kaleyraWorks], wrong)).result).toBe('OtpRejected');
    expect((await run([{ kaleyra: resetConnection }, kaleyraWorks], wrong)).result).toBe('OtpRejected');
  });

  it('fails with the code as the error and the detail in the cause', async () => {
    const { error } = await run([{ kaleyra: sendEnvelope(otherSamples.insufficientBalance) }]);
    expect(error?.name).toBe('InsufficientBalance');
    expect(JSON.parse(error?.cause ?? '')).toMatchObject({ errorMessage: 'Insufficient balance' });
  });

  it.each(harmless)('tries again after %s, which says nothing about an earlier attempt', async (code) => {
    const retries = Array(getRetries(code)).fill(failing(code));
    const again = await run([failing(code), kaleyraWorks]);
    expect(again.result).toEqual(verified);
    expect(again.entered.map(({ name }) => name)).not.toContain('Verify: later attempts');
    const cases: [readonly Turn[], Result][] = [
      [[failing(code), failing('AlreadyVerified')], 'AlreadyVerified'],
      [[failing(code), ...retries], code],
      [[dropped, failing(code), kaleyraWorks], verifiedEarlier],
      [[dropped, failing(code), ...retries], 'OutcomeUnknown'],
    ];
    for (const [turns, result] of cases) expect((await run(turns)).result).toEqual(result);
  });

  it.each(uncertain)('tries again after %s, when the number may be verified', async (code) => {
    const cases: [readonly Turn[], Result][] = [
      [[failing(code), kaleyraWorks], verified],
      [[failing(code), failing('AlreadyVerified')], verifiedEarlier],
      [[failing(code), failing('TooManyAttempts')], 'OutcomeUnknown'],
      [[failing(code), failing(code), ...Array(getRetries(code)).fill(failing(code))], code],
      ...final
        .filter((other) => other !== 'AlreadyVerified' && other !== 'TooManyAttempts')
        .map((other): [Turn[], Result] => [[failing(code), failing(other)], other]),
    ];
    for (const [turns, result] of cases) expect((await run(turns)).result).toEqual(result);
  });

  it.each([...final, 'Lambda.ResourceNotFoundException'])(
    'fails with %s at the first attempt',
    async (code) => {
      expect((await run([failing(code)])).result).toBe(code);
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
    expect((await run([failing('WabaNotFound')], directEvent(), machine)).result).toBe('WabaNotFound');
  });

  it.each([678997654123456, 8007199254740993])(
    'can select its fields, and the id %d as a number',
    async (id) => {
      const { tenant_id, waba_id, phone_number } = number;
      const phone = { e164: phone_number, id };
      const input = { tenant_id, waba_id, phone, reply: { otp: sampleCommand.otp } };
      const expected = { status: 'verified', tenant_id, waba_id, phone_number, id: String(id) };
      for (const turns of [[kaleyraWorks], [dropped, kaleyraWorks]]) {
        expect((await run(turns, input, readMachine('task with paths'))).result).toMatchObject(expected);
      }
    },
  );

  it('fails before it invokes the function if a field is missing', async () => {
    const { otp: _otp, ...input } = directEvent();
    expect((await run([], input)).result).toMatch(/^States\./);
  });
});
