/** The use case: verifies a number with the one-time password that its owner received. */
import type { KaleyraResult, NumberToVerify, Verification, VerifyNumberCommand } from './contract.ts';
import { Failure, getDefinition, toFailure } from './failures.ts';
import { type AttemptsStep, createSteps, type Step, type StepObserver, type Steps } from './steps.ts';

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
  read(tenantId: string, steps: Steps): Promise<TenantCredentials>;
  /**
   * Returns credentials other than the rejected ones, or `undefined` if there are none at the moment.
   * @throws Failure as `read` does
   */
  replace(
    tenantId: string,
    rejected: TenantCredentials,
    steps: Steps,
  ): Promise<TenantCredentials | undefined>;
}

/** Kaleyra's confirmation that a number is verified. */
export interface KaleyraSuccess extends KaleyraResult {
  readonly httpStatus: number;
  readonly reference?: string;
}

/** The reason of a failure because of HTTP 401 without a documented code. */
export const unauthorizedReason = 'http_401';

/** Port: Kaleyra's verify endpoint. */
export interface KaleyraClient {
  /**
   * Verifies the number.
   * @param deadline when to give up, in milliseconds on the clock of `performance.now()`
   * @throws Failure with the code for Kaleyra's response, or for a missing response
   */
  verify(
    command: VerifyNumberCommand,
    credentials: TenantCredentials,
    deadline: number,
    steps: Steps,
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

/** How a request ended: either verified or failed, with its steps. The response and the log are built from it. */
export interface Report {
  readonly result: Verification | Failure;
  readonly steps: readonly Step[];
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
  observer?: StepObserver,
): Promise<Report> => {
  const { number } = command;
  const steps = createSteps(observer);
  let attempt: Attempt | undefined;

  const callKaleyra = async (): Promise<KaleyraSuccess> => {
    const known = await credentials.read(number.tenant_id, steps);
    const marginMs = responseMarginMs + (attempts?.settleDeadlineMs ?? 0);
    const deadline = performance.now() + Math.min(kaleyraTimeoutMs, getRemainingMs() - marginMs);
    try {
      return await kaleyra.verify(command, known, deadline, steps);
    } catch (failure) {
      if (!mayHaveOldCredentials(failure)) throw failure;
      const others = await credentials.replace(number.tenant_id, known, steps);
      if (!others) throw failure;
      return kaleyra.verify(command, others, deadline, steps);
    }
  };

  const settle = async (action: 'giveBack' | 'clear'): Promise<string | undefined> => {
    const taken = attempt;
    if (!taken) return undefined;
    const error = await steps.run<AttemptsStep, string | undefined>({ name: 'attempts', action }, () =>
      taken[action](),
    );
    return taken.error ?? error;
  };

  try {
    if (attempts) {
      attempt = await steps.run<AttemptsStep, Attempt>({ name: 'attempts', action: 'take' }, () =>
        attempts.take(number),
      );
    }
    const { code, httpStatus, message, reference } = await callKaleyra();
    const attemptsError = await settle('clear');
    return {
      result: {
        status: 'verified',
        ...number,
        ...(reference === undefined ? {} : { reference }),
        message,
      },
      steps: steps.list,
      kaleyra: { code, httpStatus },
      attemptsError,
    };
  } catch (thrown) {
    const result = toFailure(thrown);
    const isFree = getDefinition(result.code).passwordChecked === 'no';
    const settled = isFree ? await settle('giveBack') : attempt?.error;
    const attemptsError = result.code === 'AttemptsUnavailable' ? result.reason : settled;
    return { result, steps: steps.list, attemptsError };
  }
};

/** Kaleyra rejects a key that was replaced with RBC001, or its gateway does with HTTP 401. */
const mayHaveOldCredentials = (failure: unknown): boolean =>
  failure instanceof Failure &&
  (failure.code === 'CredentialsRejected' || failure.reason === unauthorizedReason);
