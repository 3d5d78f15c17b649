import { AsyncLocalStorage } from 'node:async_hooks';
import type { Ports } from '../../functions/verify-number/compose.ts';
import { getDefinition } from '../../functions/verify-number/core/failures.ts';
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

/** Remembers the calls that the function completes. */
export const createCallLog = () => {
  const context = new AsyncLocalStorage<{ kaleyraRequests: number }>();
  const calls: CompletedCall[] = [];
  return {
    calls: (): readonly CompletedCall[] => [...calls],
    /** Runs the function for one call. */
    run: <T>(invoke: () => T): T => context.run({ kaleyraRequests: 0 }, invoke),
    /** Makes the function's ports report to this log. */
    instrument: (ports: Ports): Ports => ({
      ...ports,
      exchange: (request) => {
        const call = context.getStore();
        if (call) call.kaleyraRequests += 1;
        return ports.exchange(request);
      },
      emit: (event) => {
        const { request_id, channel, outcome, tenant_id, phone_number, kaleyra_code, reason } = event;
        calls.push({
          request_id,
          channel,
          outcome,
          status: outcome === 'Verified' ? 200 : getDefinition(outcome).status,
          kaleyraRequests: context.getStore()?.kaleyraRequests ?? 0,
          ...(tenant_id !== undefined && { tenant_id }),
          ...(phone_number !== undefined && { phone_number }),
          ...(kaleyra_code !== undefined && { kaleyra_code }),
          ...(reason !== undefined && { reason }),
        });
        if (calls.length > maxCalls) calls.shift();
        ports.emit(event);
      },
    }),
  };
};

/** How many calls are remembered. The oldest are dropped first. */
const maxCalls = 10_000;
