/** The event that tells other systems how a verification ended. Its JSON Schema is docs/outcome-event.schema.json. */
import { releaseCheckTenantId } from '../verify-number/core/contract.ts';
import {
  type FailureCode,
  failureCodes,
  getDefinition,
  type PasswordChecked,
} from '../verify-number/core/failures.ts';
import type { RequestEvent } from '../verify-number/telemetry/request-event.ts';

export const eventSource = 'kaleyra.number-verification';
export const detailTypes = {
  verified: 'Number Verified',
  failed: 'Number Verification Failed',
} as const;

/** The event's `detail`. At least one arrives per request, in no guaranteed order. */
export interface OutcomeEvent {
  readonly version: 1;
  readonly tenant_id: string;
  readonly waba_id: string;
  readonly id: string;
  /** An ellipsis and the last four digits. */
  readonly phone_number: string;
  readonly outcome: 'Verified' | FailureCode;
  /** Absent for `Verified`. */
  readonly retryable?: boolean;
  /** Whether Kaleyra may have checked the password. Absent for `Verified`. */
  readonly password_checked?: PasswordChecked;
  readonly pod: string;
  readonly channel: 'http' | 'direct';
  /** Consumers remove duplicates by this id. */
  readonly request_id: string;
  /** When the request started, RFC 3339. */
  readonly occurred_at: string;
}

/**
 * Converts a log event to an outcome event.
 * @returns undefined if the request did not reach the use case (it has no tenant then), or if it was a release check
 */
export const toOutcomeEvent = (logged: RequestEvent): OutcomeEvent | undefined => {
  const { tenant_id, waba_id, phone_number_id, phone_number, outcome } = logged;
  if (!tenant_id || !waba_id || !phone_number_id || !phone_number) return undefined;
  if (tenant_id === releaseCheckTenantId) return undefined;
  return {
    version: 1,
    tenant_id,
    waba_id,
    id: phone_number_id,
    phone_number: `…${phone_number.slice(-4)}`,
    outcome,
    ...(outcome !== 'Verified' && {
      retryable: getDefinition(outcome).retryable,
      password_checked: getDefinition(outcome).passwordChecked,
    }),
    pod: logged.pod,
    channel: logged.channel,
    request_id: logged.request_id,
    occurred_at: logged.timestamp,
  };
};

/** Reads a line of the function's log. Returns undefined if it is not the event of a request. */
export const parseLogLine = (line: string): RequestEvent | undefined => {
  try {
    const value: RequestEvent | null = JSON.parse(line);
    const isOutcome = value?.outcome === 'Verified' || failureCodes.some((code) => code === value?.outcome);
    return isOutcome && value ? value : undefined;
  } catch {
    return undefined;
  }
};
