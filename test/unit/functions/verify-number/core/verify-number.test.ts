import { describe, expect, it, jest } from '@jest/globals';
import {
  Failure,
  failureCodes,
  getDefinition,
} from '../../../../../functions/verify-number/core/failures.ts';
import {
  type Attempt,
  type AttemptLimiter,
  type TenantCredentials,
  type VerifyNumberDependencies,
  verifyNumber,
} from '../../../../../functions/verify-number/core/verify-number.ts';
import { sampleCommand } from '../../../../support/events.ts';
import {
  createDependencies,
  sampleCredentials,
  sampleSuccess,
  sampleVerification,
} from '../../../../support/test-handler.ts';

const otherCredentials: TenantCredentials = { sid: 'FAKESIDACME', apiKey: 'next-fake-api-key-of-acme' };
const rejected = new Failure('CredentialsRejected', 'Incorrect SID or API key.');
const otpRejected = new Failure('OtpRejected', 'd');
const outcomeUnknown = new Failure('OutcomeUnknown', 'd');

interface Given {
  readonly read?: () => Promise<TenantCredentials>;
  readonly replace?: VerifyNumberDependencies['credentials']['replace'];
  readonly verify?: VerifyNumberDependencies['kaleyra']['verify'];
  readonly kaleyraTimeoutMs?: number;
  readonly remainingTimeMs?: number;
  readonly attempts?: AttemptLimiter;
}

/** Runs the use case, and records the credentials and deadlines of each call to Kaleyra. */
const run = async (given: Given = {}) => {
  const { read = async () => sampleCredentials, replace = async () => undefined } = given;
  const { verify = async () => sampleSuccess, kaleyraTimeoutMs = 10_000, remainingTimeMs = 30_000 } = given;
  const used: TenantCredentials[] = [];
  const deadlines: number[] = [];
  const report = await verifyNumber(
    createDependencies({
      credentials: { read, replace },
      kaleyra: {
        verify: (command, credentials, deadline, steps) => {
          used.push(credentials);
          deadlines.push(deadline);
          return verify(command, credentials, deadline, steps);
        },
      },
      kaleyraTimeoutMs,
      attempts: given.attempts,
    }),
    sampleCommand,
    () => remainingTimeMs,
  );
  return { ...report, used, deadlines };
};

/** A limiter that records what happens to the attempt. */
const createLimiter = (given: { take?: () => never; error?: string; settleError?: string } = {}) => {
  const calls: string[] = [];
  const settle = (name: string) => async () => {
    calls.push(name);
    return given.settleError;
  };
  const limiter: AttemptLimiter = {
    settleDeadlineMs: 1000,
    take: async (number): Promise<Attempt> => {
      calls.push('take');
      expect(number).toEqual(sampleCommand.number);
      given.take?.();
      return { error: given.error, giveBack: settle('giveBack'), clear: settle('clear') };
    },
  };
  return { limiter, calls };
};

const rejectFirst = () => {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls === 1) throw rejected;
    return sampleSuccess;
  };
};

describe('verifyNumber', () => {
  it("returns the command's fields and Kaleyra's message, without the password", async () => {
    const { result, kaleyra } = await run();
    expect(result).toEqual(sampleVerification);
    expect(kaleyra).toEqual({ code: 'WA200', httpStatus: 200 });
  });

  it('has no reference if Kaleyra returned none', async () => {
    const { reference: _, ...success } = sampleSuccess;
    const { result } = await run({ verify: async () => success });
    expect(Object.keys(result)).not.toContain('reference');
  });

  it('does not call Kaleyra without credentials', async () => {
    const unknown = new Failure('TenantUnknown', 'A detail.');
    const { result, used } = await run({ read: () => Promise.reject(unknown) });
    expect(result).toBe(unknown);
    expect(used).toEqual([]);
  });

  it('calls Kaleyra again with other credentials if the first are rejected', async () => {
    const replaced: unknown[] = [];
    const { result, used } = await run({
      verify: rejectFirst(),
      replace: async (tenantId, old) => {
        replaced.push(tenantId, old);
        return otherCredentials;
      },
    });
    expect(result).toMatchObject({ status: 'verified' });
    expect(used).toEqual([sampleCredentials, otherCredentials]);
    expect(replaced).toEqual(['acme', sampleCredentials]);
  });

  it('reads the credentials again after HTTP 401 without a documented code', async () => {
    const unauthorized = new Failure('AccountNotAuthorized', 'd', { reason: 'http_401' });
    const verify = () => Promise.reject(unauthorized);
    const replaced = await run({ verify, replace: async () => otherCredentials });
    expect([replaced.result, replaced.used.length]).toEqual([unauthorized, 2]);
    const unchanged = await run({ verify });
    expect([unchanged.result, unchanged.used.length]).toEqual([unauthorized, 1]);
  });

  const unavailable = new Failure('CredentialsUnavailable', 'A detail.');
  it.each<[string, Failure, VerifyNumberDependencies['credentials']['replace'], Failure, number]>([
    ['the others are rejected too', rejected, async () => otherCredentials, rejected, 2],
    ['there are no others', rejected, async () => undefined, rejected, 1],
    ['the second read fails', rejected, () => Promise.reject(unavailable), unavailable, 1],
    ['it was another failure', otpRejected, async () => otherCredentials, otpRejected, 1],
    ['the outcome is unknown', outcomeUnknown, async () => otherCredentials, outcomeUnknown, 1],
  ])('fails if %s', async (_name, failure, replace, expected, calls) => {
    const { result, used } = await run({ verify: () => Promise.reject(failure), replace });
    expect([result, used.length]).toEqual([expected, calls]);
  });

  it('reports a defect as InternalError', async () => {
    const defect = new TypeError('a defect');
    const { result } = await run({ verify: () => Promise.reject(defect) });
    expect(result).toMatchObject({ code: 'InternalError' });
    expect((result as Failure).getDefect()).toBe(defect);
  });
});

describe('the deadline of calls to Kaleyra', () => {
  it.each<[string, Given, number]>([
    ['the time limit for Kaleyra', { kaleyraTimeoutMs: 1000 }, 1000],
    ["Lambda's timeout minus the margin", { remainingTimeMs: 3000 }, 2500],
    [
      'earlier if an attempt has to be settled',
      { remainingTimeMs: 3000, attempts: createLimiter().limiter },
      1500,
    ],
  ])('is %s, after the credentials are read, for all calls together', async (_name, given, expected) => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const { deadlines } = await run({
      ...given,
      read: async () => {
        now += 100;
        return sampleCredentials;
      },
      verify: rejectFirst(),
      replace: async () => {
        now += 100;
        return otherCredentials;
      },
    });
    clock.mockRestore();
    expect(deadlines).toEqual([100 + expected, 100 + expected]);
  });
});

describe('an attempt', () => {
  it('is taken before the credentials are read, without the password', async () => {
    const { limiter, calls } = createLimiter();
    await run({
      attempts: limiter,
      read: async () => {
        calls.push('read');
        return sampleCredentials;
      },
    });
    expect(calls).toEqual(['take', 'read', 'clear']);
  });

  it.each(failureCodes)(
    'is given back after %s exactly if the catalogue says that the password was not checked',
    async (code) => {
      const { limiter, calls } = createLimiter();
      const failure = new Failure(code, 'd');
      const { result } = await run({ attempts: limiter, verify: () => Promise.reject(failure) });
      expect(result).toBe(failure);
      expect(calls).toEqual(getDefinition(code).passwordChecked === 'no' ? ['take', 'giveBack'] : ['take']);
    },
  );

  it('that is refused ends the request before anything is read or sent', async () => {
    const failure = new Failure('TooManyAttempts', 'd');
    const { limiter, calls } = createLimiter({
      take: () => {
        throw failure;
      },
    });
    let reads = 0;
    const read = async () => {
      reads += 1;
      return sampleCredentials;
    };
    const { result, used, attemptsError } = await run({ attempts: limiter, read });
    expect(result).toBe(failure);
    expect([calls, reads, used]).toEqual([['take'], 0, []]);
    expect(attemptsError).toBeUndefined();
  });

  it('that cannot be counted and is refused is reported with the name of the error', async () => {
    const { limiter } = createLimiter({
      take: () => {
        throw new Failure('AttemptsUnavailable', 'd', { reason: 'TimeoutError' });
      },
    });
    expect(await run({ attempts: limiter })).toMatchObject({
      result: { code: 'AttemptsUnavailable' },
      attemptsError: 'TimeoutError',
    });
  });

  it.each([
    ['verified', async () => sampleSuccess],
    ['given back', () => Promise.reject(new Failure('RateLimited', 'd'))],
    ['kept', () => Promise.reject(new Failure('OtpRejected', 'd'))],
  ])('that could not be counted is reported when it is %s', async (_name, verify) => {
    const { limiter } = createLimiter({ error: 'ThrottlingException' });
    const { attemptsError } = await run({ attempts: limiter, verify });
    expect(attemptsError).toBe('ThrottlingException');
  });

  it('that could not be taken off the record is reported', async () => {
    const { limiter } = createLimiter({ settleError: 'TimeoutError' });
    expect((await run({ attempts: limiter })).attemptsError).toBe('TimeoutError');
    const verify = () => Promise.reject(new Failure('RateLimited', 'd'));
    expect((await run({ attempts: limiter, verify })).attemptsError).toBe('TimeoutError');
  });

  it('is a step, and so is what happens to it later', async () => {
    const { steps } = await run({ attempts: createLimiter().limiter });
    expect(steps).toMatchObject([
      { name: 'attempts', action: 'take' },
      { name: 'attempts', action: 'clear' },
    ]);
  });
});
