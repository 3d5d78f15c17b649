/** The calls that the function has completed, for `sandbox.calls()`. */
import { getDefinition } from '../../functions/verify-number/core/failures.ts';
import type { EmitEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import type { CompletedCall } from './sandbox.ts';
import type { CallRecorder } from './trace/call-recorder.ts';

/** How many calls are remembered. The oldest are dropped first. */
const maxCalls = 10_000;

/** Creates an empty log. The recorder knows the call that is running. */
export const createCallLog = (recorder: Pick<CallRecorder, 'current'>) => {
  const calls: CompletedCall[] = [];
  const emit: EmitEvent = (event) => {
    const { request_id, channel, outcome, tenant_id, phone_number, kaleyra_code, reason } = event;
    calls.push({
      request_id,
      channel,
      outcome,
      status: outcome === 'Verified' ? 200 : getDefinition(outcome).status,
      kaleyraRequests: recorder.current()?.countSteps('kaleyra') ?? 0,
      ...(tenant_id !== undefined && { tenant_id }),
      ...(phone_number !== undefined && { phone_number }),
      ...(kaleyra_code !== undefined && { kaleyra_code }),
      ...(reason !== undefined && { reason }),
    });
    if (calls.length > maxCalls) calls.shift();
  };
  return { emit, calls: (): readonly CompletedCall[] => [...calls] };
};
