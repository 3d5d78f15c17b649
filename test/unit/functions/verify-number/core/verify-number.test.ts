import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import {
  type TenantCredentials,
  type VerifyNumberDependencies,
  verifyNumber,
} from '../../../../../functions/verify-number/core/verify-number.ts';
import { beginTrace } from '../../../../../functions/verify-number/telemetry/request-event.ts';
import { sampleCommand } from '../../../../support/events.ts';
import { sampleAcceptance, sampleCredentials } from '../../../../support/test-handler.ts';

const otherCredentials: TenantCredentials = { sid: 'FAKESIDACME', apiKey: 'next-fake-api-key-of-acme' };
const rejected = new Failure('CredentialsRejected', 'Incorrect SID or API key.');

/** Runs the use case around ports of a test's own, and tells which credentials Kaleyra was asked with. */
const run = async (
  given: {
    read?: () => Promise<TenantCredentials>;
    replace?: (tenantId: string, rejected: TenantCredentials) => Promise<TenantCredentials | undefined>;
    verify?: VerifyNumberDependencies['kaleyra']['verify'];
    kaleyraTimeoutMs?: number;
    remainingTimeMs?: number;
    attempts?: VerifyNumberDependencies['attempts'];
  } = {},
) => {
  const { read = async () => sampleCredentials, replace = async () => undefined } = given;
  const {
    verify = async () => sampleAcceptance,
    kaleyraTimeoutMs = 10_000,
    remainingTimeMs = 30_000,
  } = given;
  const asked: TenantCredentials[] = [];
  const deadlines: number[] = [];
  const trace = beginTrace();
  const outcome = await verifyNumber(
    {
      credentials: { read, replace },
      kaleyra: {
        verify: (command, credentials, deadline) => {
          asked.push(credentials);
          deadlines.push(deadline);
          return verify(command, credentials, deadline);
        },
      },
      kaleyraTimeoutMs,
      attempts: given.attempts,
    },
    sampleCommand,
    () => remainingTimeMs,
    trace,
  ).catch((failure: unknown) => failure);
  return { outcome, asked, deadlines, trace };
};

const rejectFirst = () => {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls === 1) throw rejected;
    return sampleAcceptance;
  };
};

describe('verifying a number', () => {
  it("answers with the command's fields and Kaleyra's words, and with no password", async () => {
    const { outcome, trace } = await run();
    expect(outcome).toEqual({
      status: 'verified',
      tenant_id: 'acme',
      waba_id: '109012345678901',
      id: '678997654123456',
      phone_number: '+919765412345',
      reference: '7654000000000',
      message: 'Request Processed Successfully',
    });
    expect(trace.kaleyraCode).toBe('WA200');
  });

  it('has no reference where Kaleyra gave none', async () => {
    const { outcome } = await run({ verify: async () => ({ code: 'WA200', message: 'm' }) });
    expect(Object.keys(outcome as object)).not.toContain('reference');
  });

  it('asks Kaleyra nothing without credentials', async () => {
    const unknown = new Failure('TenantUnknown', 'There is no secret for this tenant.');
    const { outcome, asked } = await run({ read: () => Promise.reject(unknown) });
    expect(outcome).toBe(unknown);
    expect(asked).toEqual([]);
  });

  it('asks once more, with other credentials, when the first are rejected', async () => {
    const replaced: unknown[] = [];
    const { outcome, asked } = await run({
      verify: rejectFirst(),
      replace: async (...given) => {
        replaced.push(given);
        return otherCredentials;
      },
    });
    expect(outcome).toMatchObject({ status: 'verified' });
    expect(asked).toEqual([sampleCredentials, otherCredentials]);
    expect(replaced).toEqual([['acme', sampleCredentials]]);
  });

  it('asks no third time when those are rejected too', async () => {
    const { outcome, asked } = await run({
      verify: () => Promise.reject(rejected),
      replace: async () => otherCredentials,
    });
    expect(outcome).toBe(rejected);
    expect(asked).toEqual([sampleCredentials, otherCredentials]);
  });

  it('says CredentialsRejected when there are no other credentials', async () => {
    const { outcome, asked } = await run({ verify: () => Promise.reject(rejected) });
    expect(outcome).toBe(rejected);
    expect(asked).toHaveLength(1);
  });

  it('says what reading them afresh came to, when that failed', async () => {
    const unavailable = new Failure('CredentialsUnavailable', 'Secrets Manager could not be read.');
    const { outcome, asked } = await run({
      verify: () => Promise.reject(rejected),
      replace: () => Promise.reject(unavailable),
    });
    expect(outcome).toBe(unavailable);
    expect(asked).toHaveLength(1);
  });

  it.each([new Failure('OtpRejected', 'd'), new Failure('OutcomeUnknown', 'd'), new TypeError('a defect')])(
    'reads no credentials afresh and asks no second time after %s',
    async (failure) => {
      let replaced = 0;
      const { outcome, asked } = await run({
        verify: () => Promise.reject(failure),
        replace: async () => {
          replaced += 1;
          return otherCredentials;
        },
      });
      expect(outcome).toBe(failure);
      expect([asked.length, replaced]).toEqual([1, 0]);
    },
  );

  it.each([
    ['its own time-out', { kaleyraTimeoutMs: 1000, remainingTimeMs: 30_000 }, 1000],
    ["the Lambda's end, with time to answer", { kaleyraTimeoutMs: 10_000, remainingTimeMs: 3000 }, 2500],
  ])('gives all calls to Kaleyra together until %s', async (_name, times, expected) => {
    const before = performance.now();
    const { deadlines } = await run({
      ...times,
      verify: rejectFirst(),
      replace: async () => otherCredentials,
    });
    const after = performance.now();
    expect(deadlines).toHaveLength(2);
    expect(new Set(deadlines).size).toBe(1);
    expect(deadlines[0]).toBeGreaterThanOrEqual(before + expected);
    expect(deadlines[0]).toBeLessThanOrEqual(after + expected);
  });

  it('counts only the time after the credentials were read', async () => {
    let readAt = 0;
    const { deadlines } = await run({
      kaleyraTimeoutMs: 1000,
      read: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        readAt = performance.now();
        return sampleCredentials;
      },
    });
    expect(deadlines[0]).toBeGreaterThanOrEqual(readAt + 1000);
  });

  it('tells of the reading of credentials, the first time and the second', async () => {
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return otherCredentials;
    };
    // Reading takes microseconds where nothing waits, and a timer of 10 ms never ends within five.
    expect((await run()).trace.secretsManagerMs).toBeGreaterThan(0);
    expect((await run({ read: slowly })).trace.secretsManagerMs).toBeGreaterThan(5);
    const replaced = await run({ verify: rejectFirst(), replace: slowly });
    expect(replaced.trace.secretsManagerMs).toBeGreaterThan(5);
  });

  it('leaves time to count where attempts are counted', async () => {
    const before = performance.now();
    const { deadlines } = await run({
      remainingTimeMs: 3000,
      attempts: { closingTimeMs: 1000, run: (_command, _trace, attempt) => attempt() },
    });
    expect(deadlines[0]).toBeGreaterThanOrEqual(before + 1500);
    expect(deadlines[0]).toBeLessThanOrEqual(performance.now() + 1500);
  });

  it('tells how long each of the two took, failed or not, all calls added', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      throw rejected;
    };
    const once = await run({ verify: slow });
    expect(once.trace.kaleyraMs).toBeGreaterThan(0);
    const twice = await run({ verify: slow, replace: async () => otherCredentials });
    // A timer may fire a millisecond early, so two of 10 ms take more than 15 at any speed of machine.
    expect(twice.trace.kaleyraMs).toBeGreaterThan(15);
    expect(twice.trace.secretsManagerMs).toBeGreaterThan(0);
  });
});
