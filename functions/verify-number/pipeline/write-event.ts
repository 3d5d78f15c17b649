/** Middleware that writes the log event of each request. It is the outermost, so that nothing can prevent the event. */
import type { Pod } from '../kaleyra/pods.ts';
import { type EmitEvent, toRequestEvent } from '../telemetry/request-event.ts';
import { isHttpApiEvent } from './http-event.ts';
import type { Middleware, PipelineRequest } from './pipeline-request.ts';

/** Creates the middleware. It also determines the request's entry point. */
export const writeEvent = (emit: EmitEvent, pod: Pod): Middleware => {
  const starts = new WeakMap<PipelineRequest, { at: number; timestamp: Date; coldStart: boolean }>();
  let coldStart = true;

  const writeEventOf = (request: PipelineRequest): void => {
    const { context, internal } = request;
    const start = starts.get(request);
    if (!start || !internal.report) return;
    emit(
      toRequestEvent({
        timestamp: start.timestamp,
        requestId: context.awsRequestId,
        functionVersion: context.functionVersion,
        channel: internal.channel,
        number: internal.number,
        report: internal.report,
        pod,
        totalMs: performance.now() - start.at,
        coldStart: start.coldStart,
      }),
    );
  };

  return {
    before: (request) => {
      starts.set(request, { at: performance.now(), timestamp: new Date(), coldStart });
      coldStart = false;
      request.internal.channel = isHttpApiEvent(request.event) ? 'http' : 'direct';
    },
    after: writeEventOf,
    onError: writeEventOf,
  };
};
