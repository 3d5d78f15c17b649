import type { VerifyNumberCommand } from '../core/contract.ts';
import type { Failure, FailureCode } from '../core/failures.ts';
import type { Pod } from '../kaleyra/pods.ts';

/** What one request gathers on its way through, for its line of log. */
export interface RequestTrace {
  readonly startedAt: number;
  readonly coldStart: boolean;
  secretsManagerMs: number;
  kaleyraMs: number;
  attemptsMs?: number;
  /** The name of the error for which the attempt could not be counted. */
  attemptsError?: string;
  /** Set once the request has been checked, so nothing unchecked is ever logged. */
  command?: VerifyNumberCommand;
  kaleyraCode?: string;
}

/** Every field that may be logged or counted: an allow-list. */
export interface RequestEvent {
  readonly request_id: string;
  readonly channel: 'http' | 'direct';
  readonly code: FailureCode | 'Verified';
  readonly tenant_id?: string;
  /** All but the last four digits masked. */
  readonly phone_number?: string;
  readonly kaleyra_code?: string;
  readonly pod: Pod;
  readonly secrets_manager_ms: number;
  readonly kaleyra_ms: number;
  /** Only where attempts are counted. */
  readonly attempts_ms?: number;
  /** Only where the attempt could not be counted: the name of the error. */
  readonly attempts_error?: string;
  readonly total_ms: number;
  readonly cold_start: boolean;
  /** Only with `InternalError`: where it was thrown. Never its message, which may quote the request. */
  readonly defect?: readonly string[];
}

/** Takes what is to be written of one request that has ended. Must not throw. */
export type EmitEvent = (record: RequestEvent) => void;

let coldStart = true;

export const beginTrace = (): RequestTrace => {
  const trace = { startedAt: performance.now(), coldStart, secretsManagerMs: 0, kaleyraMs: 0 };
  coldStart = false;
  return trace;
};

/** Runs `work` and adds the milliseconds it took, however it ends. */
export const timed = async <T>(
  trace: RequestTrace,
  what: 'secretsManagerMs' | 'kaleyraMs' | 'attemptsMs',
  work: () => Promise<T>,
): Promise<T> => {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    trace[what] = (trace[what] ?? 0) + performance.now() - startedAt;
  }
};

export const toRecord = (
  trace: RequestTrace,
  channel: RequestEvent['channel'],
  requestId: string,
  pod: Pod,
  failure?: Failure,
): RequestEvent => {
  const kaleyraCode = failure ? failure.kaleyra?.code : trace.kaleyraCode;
  const defect = failure?.code === 'InternalError' ? stackFrames(failure.cause) : undefined;
  return {
    request_id: requestId,
    channel,
    code: failure?.code ?? 'Verified',
    ...(trace.command && {
      tenant_id: trace.command.tenant_id,
      phone_number: masked(trace.command.phone_number),
    }),
    ...(kaleyraCode === undefined ? {} : { kaleyra_code: kaleyraCode }),
    pod,
    secrets_manager_ms: rounded(trace.secretsManagerMs),
    kaleyra_ms: rounded(trace.kaleyraMs),
    ...(trace.attemptsMs !== undefined && { attempts_ms: rounded(trace.attemptsMs) }),
    ...(trace.attemptsError !== undefined && { attempts_error: trace.attemptsError }),
    total_ms: rounded(performance.now() - trace.startedAt),
    cold_start: trace.coldStart,
    ...(defect && { defect }),
  };
};

const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

const masked = (phoneNumber: string): string =>
  `+${'*'.repeat(phoneNumber.length - 5)}${phoneNumber.slice(-4)}`;

/**
 * The kind of error, and the frames of its stack. A stack begins with the message, which may quote the request in as
 * many lines as it likes, even such as look like frames: only what follows the message is let out.
 */
const stackFrames = (thrown: unknown): string[] => {
  if (!(thrown instanceof Error)) return [typeof thrown];
  const { message, stack = '' } = thrown;
  const messageAt = stack.indexOf(`${message}\n    at `);
  const frames = messageAt < 0 ? [] : stack.slice(messageAt + message.length + 1).split('\n');
  return [thrown.constructor.name, ...frames.map((frame) => frame.trim())];
};
