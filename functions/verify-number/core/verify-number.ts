import { type RequestTrace, timed } from '../telemetry/request-event.ts';
import type { KaleyraResult, Verification, VerifyNumberCommand } from './contract.ts';
import { Failure } from './failures.ts';

/** A tenant's Kaleyra account: where its SID goes into the URL and its key into a header. */
export interface TenantCredentials {
  readonly sid: string;
  readonly apiKey: string;
}

/** Port: where tenants' credentials come from. */
export interface CredentialsStore {
  /**
   * The tenant's credentials, which may be cached.
   * @throws Failure TenantUnknown, CredentialsMisconfigured or CredentialsUnavailable
   */
  read(tenantId: string): Promise<TenantCredentials>;
  /**
   * Credentials other than the rejected ones, or `undefined` if there are none to be had now.
   * @throws Failure as `read` does
   */
  replace(tenantId: string, rejected: TenantCredentials): Promise<TenantCredentials | undefined>;
}

/** What Kaleyra said of a number that it verified. */
export interface KaleyraSuccess extends KaleyraResult {
  readonly reference?: string;
}

/** Port: Kaleyra's verify endpoint. */
export interface KaleyraClient {
  /**
   * Verifies the number.
   * @param deadline when to give up, on the clock of `performance.now()`
   * @throws Failure any that Kaleyra's answer, or the lack of one, stands for
   */
  verify(
    command: VerifyNumberCommand,
    credentials: TenantCredentials,
    deadline: number,
  ): Promise<KaleyraSuccess>;
}

/** Port: what keeps passwords from being guessed. */
export interface AttemptLimiter {
  /**
   * Runs `attempt` and gives what it gives, unless the number has used up its attempts.
   * @throws Failure TooManyAttempts; KaleyraUnavailable where attempts cannot be counted and are refused then
   */
  run<T>(command: VerifyNumberCommand, trace: RequestTrace, attempt: () => Promise<T>): Promise<T>;
  /** The longest that it may take once the attempt has ended, in milliseconds. */
  readonly closingTimeMs: number;
}

export interface VerifyNumberDependencies {
  readonly credentials: CredentialsStore;
  readonly kaleyra: KaleyraClient;
  /** The longest that all calls to Kaleyra for one request may take together, in milliseconds. */
  readonly kaleyraTimeoutMs: number;
  /** Absent: attempts are not counted. */
  readonly attempts?: AttemptLimiter | undefined;
}

/** How long before Lambda's own end the last call to Kaleyra has ended: time to answer and to log, in milliseconds. */
const closingTimeMs = 500;

/**
 * Verifies a WhatsApp Business number with the password that its owner received.
 *
 * Input: a checked command, and the milliseconds that Lambda still gives. Output: the verification.
 * 1. Read the tenant's credentials.
 * 2. Where attempts are counted: see that the number has one left.
 * 3. Ask Kaleyra.
 * 4. If Kaleyra rejects the credentials, and others are to be had, ask once more with those.
 *
 * @throws Failure one row of the catalogue
 */
export const verifyNumber = async (
  { credentials, kaleyra, kaleyraTimeoutMs, attempts }: VerifyNumberDependencies,
  command: VerifyNumberCommand,
  remainingTimeMs: () => number,
  trace: RequestTrace,
): Promise<Verification> => {
  const read = await timed(trace, 'secretsManagerMs', () => credentials.read(command.tenant_id));
  const closingMs = closingTimeMs + (attempts?.closingTimeMs ?? 0);

  const attempt = async (): Promise<KaleyraSuccess> => {
    const deadline = performance.now() + Math.min(kaleyraTimeoutMs, remainingTimeMs() - closingMs);
    const ask = (using: TenantCredentials) =>
      timed(trace, 'kaleyraMs', () => kaleyra.verify(command, using, deadline));
    try {
      return await ask(read);
    } catch (failure) {
      if (!(failure instanceof Failure && failure.code === 'CredentialsRejected')) throw failure;
      const others = await timed(trace, 'secretsManagerMs', () =>
        credentials.replace(command.tenant_id, read),
      );
      if (!others) throw failure;
      return ask(others);
    }
  };
  const acceptance = await (attempts ? attempts.run(command, trace, attempt) : attempt());
  trace.kaleyraCode = acceptance.code;

  const { tenant_id, waba_id, id, phone_number } = command;
  const { reference, message } = acceptance;
  return {
    status: 'verified',
    tenant_id,
    waba_id,
    id,
    phone_number,
    ...(reference === undefined ? {} : { reference }),
    message,
  };
};
