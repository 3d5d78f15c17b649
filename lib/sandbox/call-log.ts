import { getDefinition } from '../../functions/verify-number/core/failures.ts';
import type { EmitEvent, RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import type { CompletedCall } from './sandbox.ts';
import type { CallRecorder } from './trace/call-recorder.ts';

/** How many calls are remembered. The oldest are dropped first. */
const maxCalls = 10_000;

/** Remembers the calls that the function completes. The recorder knows the call that is running. */
export const createCallLog = (recorder: Pick<CallRecorder, 'current'>) => {
  const calls: CompletedCall[] = [];
  return {
    calls: (): readonly CompletedCall[] => [...calls],
    emit: ((event) => {
      calls.push(toCompletedCall(event, recorder.current()?.countSteps('kaleyra') ?? 0));
      if (calls.length > maxCalls) calls.shift();
    }) satisfies EmitEvent,
  };
};

const toCompletedCall = (event: RequestEvent, kaleyraRequests: number): CompletedCall => {
  const { request_id, channel, outcome, tenant_id, phone_number, kaleyra_code, reason } = event;
  return {
    request_id,
    channel,
    outcome,
    status: outcome === 'Verified' ? 200 : getDefinition(outcome).status,
    kaleyraRequests,
    ...(tenant_id !== undefined && { tenant_id }),
    ...(phone_number !== undefined && { phone_number }),
    ...(kaleyra_code !== undefined && { kaleyra_code }),
    ...(reason !== undefined && { reason }),
  };
};
