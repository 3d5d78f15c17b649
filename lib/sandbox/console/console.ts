/** The console of a sandbox: records its calls, and serves the page that shows them. */
import { toOutcomeEvent } from '../../../functions/outcome-events/outcome-event.ts';
import type { StepObserver } from '../../../functions/verify-number/core/steps.ts';
import type { EmitEvent } from '../../../functions/verify-number/telemetry/request-event.ts';
import type { ControlState } from '../controls/controls.ts';
import type { ServeOther } from '../loopback/loopback-only.ts';
import { type CallRecorder, createCallRecorder } from '../trace/call-recorder.ts';
import { createTraceRoutes, type Subscribe } from '../trace/trace-routes.ts';
import { traceEvent, traceSteps } from '../trace/trace-steps.ts';
import type { ConsoleOptions } from './console-data.ts';
import { createConsoleRoutes } from './console-routes.ts';

interface Console {
  readonly recorder: CallRecorder;
  /** Serves the page, what it loads, and the trace. */
  readonly serve: ServeOther;
  /** Observes the steps of the call that is running. */
  readonly observe: () => StepObserver | undefined;
  /** Traces the log event of the call that is running, and the outcome event that follows from it. */
  readonly emit: EmitEvent;
  /** Shows a change of what is being simulated. */
  readonly showControls: (state: ControlState) => void;
}

/**
 * Creates the console.
 * @param secrets API keys and SIDs, which no trace contains
 * @param readControls returns what is being simulated
 */
export const createConsole = (
  options: ConsoleOptions,
  secrets: readonly string[],
  readControls: () => ControlState,
): Console => {
  const recorder = createCallRecorder();
  recorder.addSecrets(secrets);
  const listeners = new Set<(state: unknown) => void>();
  const followControls: Subscribe = (send) => {
    send(readControls());
    listeners.add(send);
    return () => listeners.delete(send);
  };
  const serveTrace = createTraceRoutes(recorder, { controls: followControls });
  const serveConsole = createConsoleRoutes(options);
  const target = { pod: options.pod, host: options.kaleyraHost };
  return {
    recorder,
    serve: (request, response) => serveTrace(request, response) ?? serveConsole(request, response),
    observe: () => {
      const call = recorder.current();
      return call && traceSteps(call, target, recorder.addSecrets);
    },
    emit: (event) => {
      const call = recorder.current();
      if (!call) return;
      traceEvent(call, event);
      const outcomeEvent = toOutcomeEvent(event);
      if (outcomeEvent) {
        call.add({ kind: 'outcome-event', startMs: call.elapsed(), durationMs: 0, event: outcomeEvent });
      }
    },
    showControls: (state) => {
      for (const send of listeners) send(state);
    },
  };
};
