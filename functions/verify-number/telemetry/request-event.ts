/** The log event of one request: an allow-list of fields, built from the report. */
import type { NumberToVerify } from '../core/contract.ts';
import { Failure, type FailureCode, getDefinition } from '../core/failures.ts';
import { sumDurations } from '../core/steps.ts';
import type { Report } from '../core/verify-number.ts';
import type { Pod } from '../kaleyra/pods.ts';

/** Every field that may be logged. Durations are milliseconds. */
export interface RequestEvent {
  /** When the request started, RFC 3339. */
  readonly timestamp: string;
  readonly level: 'INFO' | 'ERROR';
  readonly message: string;
  readonly request_id: string;
  readonly function_version: string;
  readonly channel: 'http' | 'direct';
  readonly outcome: FailureCode | 'Verified';
  readonly tenant_id?: string;
  readonly waba_id?: string;
  /** The request's `id`. */
  readonly phone_number_id?: string;
  /** Only the last four digits are visible. */
  readonly phone_number?: string;
  readonly pod: Pod;
  readonly kaleyra_code?: string;
  readonly kaleyra_http_status?: number;
  /** A stable word for the underlying cause of a failure. */
  readonly reason?: string;
  /** The name of the error, if attempts could not be counted. */
  readonly attempts_error?: string;
  readonly secrets_manager_ms: number;
  readonly kaleyra_ms: number;
  /** Only if attempts are counted. */
  readonly attempts_ms?: number;
  readonly total_ms: number;
  readonly cold_start: boolean;
  /** Only for `InternalError`: stack frames, never the message, which may quote the request. */
  readonly defect?: readonly string[];
}

/** Writes the event of a request that has ended. Must not throw. */
export type EmitEvent = (event: RequestEvent) => void;

interface EndedRequest {
  readonly timestamp: Date;
  readonly requestId: string;
  readonly functionVersion: string;
  readonly channel: RequestEvent['channel'];
  readonly number: NumberToVerify | undefined;
  readonly report: Report;
  readonly pod: Pod;
  readonly totalMs: number;
  readonly coldStart: boolean;
}

/** Builds the event of a request. */
export const toRequestEvent = ({ number, report, ...request }: EndedRequest): RequestEvent => {
  const { result, steps, attemptsError } = report;
  const attemptsMs = sumDurations(steps, 'attempts');
  const failure = result instanceof Failure ? result : undefined;
  const kaleyraCode = failure ? failure.kaleyra?.code : report.kaleyra?.code;
  const kaleyraHttpStatus = failure ? failure.kaleyraHttpStatus : report.kaleyra?.httpStatus;
  const isError = failure !== undefined && getDefinition(failure.code).status >= 500;
  return {
    timestamp: request.timestamp.toISOString(),
    level: isError ? 'ERROR' : 'INFO',
    message: 'request',
    request_id: request.requestId,
    function_version: request.functionVersion,
    channel: request.channel,
    outcome: failure?.code ?? 'Verified',
    ...(number && {
      tenant_id: number.tenant_id,
      waba_id: number.waba_id,
      phone_number_id: number.id,
      phone_number: maskPhoneNumber(number.phone_number),
    }),
    pod: request.pod,
    ...(kaleyraCode !== undefined && { kaleyra_code: kaleyraCode }),
    ...(kaleyraHttpStatus !== undefined && { kaleyra_http_status: kaleyraHttpStatus }),
    ...(failure?.reason !== undefined && { reason: failure.reason }),
    ...(attemptsError !== undefined && { attempts_error: attemptsError }),
    secrets_manager_ms: round(sumDurations(steps, 'credentials') ?? 0),
    kaleyra_ms: round(sumDurations(steps, 'exchange') ?? 0),
    ...(attemptsMs !== undefined && { attempts_ms: round(attemptsMs) }),
    total_ms: round(request.totalMs),
    cold_start: request.coldStart,
    ...(failure?.code === 'InternalError' && { defect: readStackFrames(failure.getDefect()) }),
  };
};

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

/** Masks all but the last four digits. */
export const maskPhoneNumber = (phoneNumber: string): string =>
  `+${'*'.repeat(phoneNumber.length - 5)}${phoneNumber.slice(-4)}`;

/**
 * Returns the type of the error and the frames of its stack. A stack starts with the message, which may quote the
 * request in any number of lines that look like frames, so only the text after the message is used.
 */
const readStackFrames = (thrown: unknown): string[] => {
  if (!(thrown instanceof Error)) return [typeof thrown];
  const { message, stack = '' } = thrown;
  const messageStart = stack.indexOf(`${message}\n    at `);
  const frames = messageStart < 0 ? [] : stack.slice(messageStart + message.length + 1).split('\n');
  return [thrown.constructor.name, ...frames.map((frame) => frame.trim())];
};
