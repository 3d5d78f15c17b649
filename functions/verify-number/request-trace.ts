import type { VerifyNumberCommand } from './contract.ts';
import type { Failure, FailureCode } from './failures.ts';
import type { Pod } from './kaleyra/pods.ts';

/** What one request gathers on its way through, for its line of log. */
export interface RequestTrace {
  readonly startedAt: number;
  readonly coldStart: boolean;
  secretsManagerMs: number;
  kaleyraMs: number;
  /** Set once the request has been checked, so nothing unchecked is ever logged. */
  command?: VerifyNumberCommand;
  kaleyraCode?: string;
}

/** Every member that may be logged or counted: an allow-list. */
export interface RequestRecord {
  readonly request_id: string;
  readonly face: 'http' | 'direct';
  readonly code: FailureCode | 'Verified';
  readonly tenant_id?: string;
  /** All but the last four digits masked. */
  readonly phone_number?: string;
  readonly kaleyra_code?: string;
  readonly pod: Pod;
  readonly secrets_manager_ms: number;
  readonly kaleyra_ms: number;
  readonly total_ms: number;
  readonly cold_start: boolean;
  /** Only with `InternalError`: where it was thrown. Never its message, which may quote the request. */
  readonly defect?: readonly string[];
}

/** Takes what is to be written of one request that has ended. Must not throw. */
export type RecordRequest = (record: RequestRecord) => void;

let coldStart = true;

export const beginTrace = (): RequestTrace => {
  const trace = { startedAt: performance.now(), coldStart, secretsManagerMs: 0, kaleyraMs: 0 };
  coldStart = false;
  return trace;
};

/** Runs `work` and adds the milliseconds it took, however it ends. */
export const timed = async <T>(
  trace: RequestTrace,
  what: 'secretsManagerMs' | 'kaleyraMs',
  work: () => Promise<T>,
): Promise<T> => {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    trace[what] += performance.now() - startedAt;
  }
};

export const toRecord = (
  trace: RequestTrace,
  face: RequestRecord['face'],
  requestId: string,
  pod: Pod,
  failure?: Failure,
): RequestRecord => {
  const kaleyraCode = failure ? failure.kaleyra?.code : trace.kaleyraCode;
  const defect = failure?.code === 'InternalError' ? stackFrames(failure.cause) : undefined;
  return {
    request_id: requestId,
    face,
    code: failure?.code ?? 'Verified',
    ...(trace.command && {
      tenant_id: trace.command.tenant_id,
      phone_number: masked(trace.command.phone_number),
    }),
    ...(kaleyraCode === undefined ? {} : { kaleyra_code: kaleyraCode }),
    pod,
    secrets_manager_ms: rounded(trace.secretsManagerMs),
    kaleyra_ms: rounded(trace.kaleyraMs),
    total_ms: rounded(performance.now() - trace.startedAt),
    cold_start: trace.coldStart,
    ...(defect && { defect }),
  };
};

const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

const masked = (phoneNumber: string): string =>
  `+${'*'.repeat(phoneNumber.length - 5)}${phoneNumber.slice(-4)}`;

const stackFrames = (thrown: unknown): string[] =>
  thrown instanceof Error
    ? [
        thrown.constructor.name,
        ...(thrown.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)),
      ].map((line) => line.trim())
    : [typeof thrown];
