/** One call while it is being recorded. */
import { type FailureCode, getDefinition } from '../../../functions/verify-number/core/failures.ts';
import { readPassword, readRequest } from './gateway-event.ts';
import { toTracedRequest, withoutSecrets } from './mask.ts';
import type { ParseStep, TracedCall, TracedResult, TraceStep } from './traced-call.ts';

/** A call as it arrives at the gateway. */
export interface Arrival {
  /** The gateway's request id. */
  readonly id: string;
  readonly channel: TracedCall['channel'];
  /** What the function receives. Absent if the gateway refuses the request. */
  readonly event?: unknown;
  /** When the request arrived, on the clock of `performance.now()`. */
  readonly receivedAt: number;
}

/** A call, as the traced ports see it. */
export interface RunningCall {
  /** Undefined if the request has none in the documented form. */
  readonly tenantId: string | undefined;
  /** Milliseconds since the call arrived. */
  elapsed(): number;
  /** The same for another time, on the clock of `performance.now()`. */
  toElapsed(at: number): number;
  /** Adds a step that has ended. */
  add(step: TraceStep): void;
  /** Adds a step that is running. @returns the function that ends it and adds what is known by then */
  begin<Step extends TraceStep>(step: Step): (end?: Partial<Step>) => void;
  /** Ends the parsing, if it is still running. */
  endParsing(atMs?: number, failure?: FailureCode): void;
  countSteps(kind: TraceStep['kind']): number;
  /** When the last step ended, or began. */
  lastActivityMs(): number;
  /** Sets the outcome that the log event reports. */
  setOutcome(outcome: FailureCode | 'Verified'): void;
}

/** A call, as the recorder sees it. */
export interface RecordedCall extends RunningCall {
  readonly id: string;
  /** Ends the call. Without an outcome it has failed outside the function's own error handling. */
  end(result?: Omit<TracedResult, 'totalMs'>): void;
  read(): TracedCall;
}

/** Starts recording a call. No step contains its password, which is forgotten when the call ends. */
export const startCall = (
  { id, channel, event, receivedAt }: Arrival,
  onChange: (id: string) => void,
): RecordedCall => {
  let secrets = readPassword(event);
  const startedAt = new Date(performance.timeOrigin + receivedAt).toISOString();
  const request = withoutSecrets(toTracedRequest(readRequest(event)), secrets);
  const steps: TraceStep[] = [];
  let outcome: Omit<TracedResult, 'totalMs'> = { outcome: 'InternalError', status: 500 };
  let result: TracedResult | undefined;

  const toElapsed = (at: number): number => round(at - receivedAt);
  const elapsed = (): number => toElapsed(performance.now());
  const put = (index: number, step: TraceStep): void => {
    steps[index] = withoutSecrets(step, secrets);
    onChange(id);
  };
  const endParsing = (atMs = elapsed(), failure?: FailureCode): void => {
    const index = steps.findIndex(({ kind, durationMs }) => kind === 'parse' && durationMs === undefined);
    if (index < 0) return;
    const step = steps[index] as ParseStep;
    put(index, { ...step, durationMs: round(atMs - step.startMs), ...(failure && { failure }) });
  };

  return {
    id,
    tenantId: request.tenant_id,
    elapsed,
    toElapsed,
    add: (step) =>
      put(steps.length, { ...step, startMs: round(step.startMs), durationMs: round(step.durationMs ?? 0) }),
    begin: (step) => {
      const index = steps.length;
      put(index, step);
      return (end = {}) => put(index, { ...step, durationMs: round(elapsed() - step.startMs), ...end });
    },
    endParsing,
    countSteps: (kind) => steps.filter((step) => step.kind === kind).length,
    lastActivityMs: () => Math.max(0, ...steps.map(({ startMs, durationMs = 0 }) => startMs + durationMs)),
    setOutcome: (code) => {
      outcome = { outcome: code, status: code === 'Verified' ? 200 : getDefinition(code).status };
    },
    end: (other = outcome) => {
      endParsing();
      result = { ...other, totalMs: elapsed() };
      secrets = [];
      onChange(id);
    },
    read: () => ({ id, startedAt, channel, request, ...(result && { result }), steps: [...steps] }),
  };
};

const round = (milliseconds: number): number => Math.max(0, Math.round(milliseconds * 100) / 100);
