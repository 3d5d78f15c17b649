/** The use case: verifies a number with the one-time password that its owner received. */
import type { KaleyraResult, NumberToVerify, Verification, VerifyNumberCommand } from './contract.ts';
import { Failure, getDefinition, toFailure } from './failures.ts';

/** A tenant's Kaleyra account: the SID is part of a URL, the key of a header. */
export interface TenantCredentials {
  readonly sid: string;
  readonly apiKey: string;
}

/** Port: tenants' credentials. */
export interface CredentialsStore {
  /**
   * Returns the tenant's credentials, which may be cached.
   * @throws Failure TenantUnknown, CredentialsMisconfigured or CredentialsUnavailable
   */
  read(tenantId: string): Promise<TenantCredentials>;
  /**
   * Returns credentials other than the rejected ones, or `undefined` if there are none at the moment.
   * @throws Failure as `read` does
   */
  replace(tenantId: string, rejected: TenantCredentials): Promise<TenantCredentials | undefined>;
}

/** Kaleyra's confirmation that a number is verified. */
export interface KaleyraSuccess extends KaleyraResult {
  readonly httpStatus: number;
  readonly reference?: string;
}

/** Port: Kaleyra's verify endpoint. */
export interface KaleyraClient {
  /**
   * Verifies the number.
   * @param deadline when to give up, in milliseconds on the clock of `performance.now()`
   * @throws Failure with the code that Kaleyra's response, or its absence, stands for
   */
  verify(
    command: VerifyNumberCommand,
    credentials: TenantCredentials,
    deadline: number,
  ): Promise<KaleyraSuccess>;
}

/** Port: the limit of attempts. It never receives a password. */
export interface AttemptLimiter {
  /**
   * Takes one attempt for the number and one request of its tenant.
   * @throws Failure TooManyAttempts, TenantRateLimited or AttemptsUnavailable; then nothing remains taken
   */
  take(number: NumberToVerify): Promise<Attempt>;
  /** Maximum duration of `giveBack` and `clear`, in milliseconds. */
  readonly settleDeadlineMs: number;
}

/** An attempt that was taken. Its methods never throw; they return the name of the error if the store failed. */
export interface Attempt {
  /** The name of the error, if the attempt could not be counted and is allowed anyway. */
  readonly error?: string | undefined;
  /** Gives the attempt back: Kaleyra cannot have checked the password. */
  giveBack(): Promise<string | undefined>;
  /** Removes the number's attempts: it is verified. */
  clear(): Promise<string | undefined>;
}

export interface VerifyNumberDependencies {
  readonly credentials: CredentialsStore;
  readonly kaleyra: KaleyraClient;
  /** Maximum duration of all calls to Kaleyra for one request, in milliseconds. */
  readonly kaleyraTimeoutMs: number;
  /** Absent: attempts are not counted. */
  readonly attempts?: AttemptLimiter | undefined;
  /** How long before Lambda's timeout the last call to Kaleyra must have ended, in milliseconds. */
  readonly responseMarginMs: number;
}

/** Milliseconds per dependency. Absent: it was not called. */
interface Timings {
  readonly secretsManagerMs?: number;
  readonly kaleyraMs?: number;
  readonly attemptsMs?: number;
}

/** How a request ended: either verified or failed, with what was measured. The response and the log are built from it. */
export interface Report {
  readonly result: Verification | Failure;
  readonly timings: Timings;
  /** Kaleyra's code and HTTP status, if it confirmed the verification. A failure carries its own. */
  readonly kaleyra?: { readonly code: string; readonly httpStatus: number };
  /** The name of the error, if an attempt could not be counted or given back. */
  readonly attemptsError?: string | undefined;
}

/**
 * Verifies the number:
 * 1. Takes an attempt, if attempts are counted.
 * 2. Reads the tenant's credentials.
 * 3. Calls Kaleyra. If it rejects the credentials and there are others, calls it again with those.
 * 4. Gives the attempt back if Kaleyra cannot have checked the password, or clears the attempts after a success.
 *
 * Never throws: the report contains the failure.
 * @param getRemainingMs returns the milliseconds until Lambda's timeout
 */
export const verifyNumber = async (
  { credentials, kaleyra, kaleyraTimeoutMs, attempts, responseMarginMs }: VerifyNumberDependencies,
  command: VerifyNumberCommand,
  getRemainingMs: () => number,
): Promise<Report> => {
  const { number } = command;
  const stopwatch = createStopwatch();
  let attempt: Attempt | undefined;

  const callKaleyra = async (): Promise<KaleyraSuccess> => {
    const known = await stopwatch.time('secretsManagerMs', () => credentials.read(number.tenant_id));
    const marginMs = responseMarginMs + (attempts?.settleDeadlineMs ?? 0);
    const deadline = performance.now() + Math.min(kaleyraTimeoutMs, getRemainingMs() - marginMs);
    const callWith = (using: TenantCredentials) =>
      stopwatch.time('kaleyraMs', () => kaleyra.verify(command, using, deadline));
    try {
      return await callWith(known);
    } catch (failure) {
      if (!(failure instanceof Failure && failure.code === 'CredentialsRejected')) throw failure;
      const others = await stopwatch.time('secretsManagerMs', () =>
        credentials.replace(number.tenant_id, known),
      );
      if (!others) throw failure;
      return callWith(others);
    }
  };

  const settle = async (action: 'giveBack' | 'clear'): Promise<string | undefined> => {
    const taken = attempt;
    if (!taken) return undefined;
    const error = await stopwatch.time('attemptsMs', () => taken[action]());
    return taken.error ?? error;
  };

  try {
    if (attempts) attempt = await stopwatch.time('attemptsMs', () => attempts.take(number));
    const { code, httpStatus, message, reference } = await callKaleyra();
    const attemptsError = await settle('clear');
    return {
      result: {
        status: 'verified',
        ...number,
        ...(reference === undefined ? {} : { reference }),
        message,
      },
      timings: stopwatch.getTimings(),
      kaleyra: { code, httpStatus },
      attemptsError,
    };
  } catch (thrown) {
    const result = toFailure(thrown);
    const isFree = getDefinition(result.code).passwordChecked === 'no';
    const settled = isFree ? await settle('giveBack') : attempt?.error;
    const attemptsError = result.code === 'AttemptsUnavailable' ? result.reason : settled;
    return { result, timings: stopwatch.getTimings(), attemptsError };
  }
};

type Measured = keyof Timings;

/** Measures the time of each kind of work; repeated work adds up. */
const createStopwatch = () => {
  const elapsed: { -readonly [Name in Measured]?: number } = {};
  return {
    time: async <T>(name: Measured, work: () => Promise<T>): Promise<T> => {
      const startedAt = performance.now();
      try {
        return await work();
      } finally {
        elapsed[name] = (elapsed[name] ?? 0) + performance.now() - startedAt;
      }
    },
    getTimings: (): Timings => ({ ...elapsed }),
  };
};
