/**
 * The trace of one call, as the console and `GET /sandbox/calls` show it. Times are milliseconds since the call arrived.
 * Keys, SIDs and passwords are absent, and phone numbers are masked as in the log.
 */
import type { OutcomeEvent } from '../../../functions/outcome-events/outcome-event.ts';
import type { FailureCode } from '../../../functions/verify-number/core/failures.ts';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';

export interface TracedCall {
  /** The gateway's request id, which the response carries in `apigw-requestid` or `x-amzn-requestid`. */
  readonly id: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly channel: 'http' | 'direct';
  /** Fields of the request that have the documented form. */
  readonly request: TracedRequest;
  /** Absent while the call is running. */
  readonly result?: TracedResult;
  readonly steps: readonly TraceStep[];
}

export interface TracedRequest {
  readonly tenant_id?: string;
  readonly waba_id?: string;
  readonly id?: string;
  /** All but the last four digits masked. */
  readonly phone_number?: string;
}

export interface TracedResult {
  /** `GatewayRefused` is a response of the gateway itself, without the function. */
  readonly outcome: FailureCode | 'Verified' | 'GatewayRefused';
  /** The response's HTTP status; for a direct call, the status that the outcome has over HTTP. */
  readonly status: number;
  readonly totalMs: number;
}

export type TraceStep =
  | GatewayStep
  | ParseStep
  | CredentialsStep
  | AttemptsStep
  | KaleyraStep
  | MappingStep
  | LogStep
  | OutcomeEventStep;

interface Timing {
  readonly startMs: number;
  /** Absent while the step is running. */
  readonly durationMs?: number;
}

/** The event that the gateway passes to the function, or the gateway's refusal. */
export interface GatewayStep extends Timing {
  readonly kind: 'gateway';
  readonly event?: unknown;
  readonly refusal?: string;
}

/** Parsing and authorization, up to the first use of another service. */
export interface ParseStep extends Timing {
  readonly kind: 'parse';
  readonly failure?: FailureCode;
}

export interface CredentialsStep extends Timing {
  readonly kind: 'credentials';
  readonly tenantId: string;
  /** `joined`: the call waited for a read that another call had started. */
  readonly source: 'read' | 'cached' | 'joined';
  /** The name of the error if the read failed. */
  readonly error?: string;
}

/** One operation of attempt counting. */
export interface AttemptsStep extends Timing {
  readonly kind: 'attempts';
  readonly operation: string;
  readonly error?: string;
}

/** One HTTP exchange with Kaleyra. */
export interface KaleyraStep extends Timing {
  readonly kind: 'kaleyra';
  readonly pod: Pod;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the payload has `id` as a JSON number or as a string. */
  readonly idForm: 'number' | 'string';
  /** Absent until it is known. */
  readonly connection?: 'new' | 'reused';
  readonly response?: KaleyraStepResponse;
  /** Why there is no response. */
  readonly error?: string;
}

export interface KaleyraStepResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The result and why it is this one. */
export interface MappingStep extends Timing {
  readonly kind: 'mapping';
  readonly outcome: FailureCode | 'Verified';
  /** What Kaleyra reported, if it reported anything. */
  readonly kaleyraCode?: string;
  /** The log's word for the underlying cause. */
  readonly reason?: string;
}

export interface LogStep extends Timing {
  readonly kind: 'log';
  readonly event: object;
}

/** What other systems receive if the deployed stack sends outcome events. */
export interface OutcomeEventStep extends Timing {
  readonly kind: 'outcome-event';
  readonly event: OutcomeEvent;
}

/** A request that the gateway rejected without calling the function. */
export interface RejectedRequest {
  readonly method: string;
  readonly status: number;
  readonly message: string;
}
