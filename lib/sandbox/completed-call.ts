import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';

/** A call that the function has completed, as a test asserts on it. */
export interface CompletedCall
  extends Pick<
    RequestEvent,
    'request_id' | 'channel' | 'outcome' | 'tenant_id' | 'phone_number' | 'kaleyra_code' | 'reason'
  > {
  /** The HTTP status of the response. For a direct call, the one that the outcome has over HTTP. */
  readonly status: number;
  /** How many requests the function sent to Kaleyra for this call. */
  readonly kaleyraRequests: number;
}
