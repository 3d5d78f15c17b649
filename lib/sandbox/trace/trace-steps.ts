/** Draws the function's own steps, and the end of a request, in the trace of a call. */
import type { FailureCode } from '../../../functions/verify-number/core/failures.ts';
import type { Step, StepObserver } from '../../../functions/verify-number/core/steps.ts';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import type { KaleyraRequest, KaleyraResponse } from '../../../functions/verify-number/kaleyra/transport.ts';
import type { RequestEvent } from '../../../functions/verify-number/telemetry/request-event.ts';
import { maskBody, maskHeaders, maskKaleyraPath, maskPhoneNumbers } from './mask.ts';
import type { RunningCall } from './running-call.ts';
import type { KaleyraStepResponse, TraceStep } from './traced-call.ts';

/** Where exchanges go. */
export interface KaleyraTarget {
  readonly pod: Pod;
  readonly host: string;
}

/** How much of a response is shown, in characters. */
const maxShownBody = 4096;

/** Creates the observer of one request's steps. */
export const traceSteps = (
  call: RunningCall,
  target: KaleyraTarget,
  addSecrets: (secrets: readonly string[]) => void,
): StepObserver => {
  const running = new Map<Step, { end: (end: Partial<TraceStep>) => void; payload: string }>();
  return {
    begin: (step, request) => {
      call.endParsing();
      const { payload = '', path = '', apiKey = '' } = (request ?? {}) as Partial<KaleyraRequest>;
      if (step.name === 'exchange') addSecrets([apiKey, path.split('/')[2] ?? '']);
      const startMs = call.toElapsed(step.startedAt);
      const end = call.begin<TraceStep>({
        startMs,
        ...toTraceStep(step, call, { path, apiKey, payload }, target),
      });
      running.set(step, { end, payload });
    },
    end: (step, result) => {
      const { end, payload } = running.get(step) ?? {};
      end?.({
        ...(step.name === 'exchange' && {
          ...(step.connection && { connection: step.connection }),
          ...(result !== undefined && { response: toStepResponse(result as KaleyraResponse, payload ?? '') }),
        }),
        ...(step.error !== undefined && { error: step.error }),
      });
    },
  };
};

const toTraceStep = (
  step: Step,
  { tenantId = '' }: RunningCall,
  request: Pick<KaleyraRequest, 'path' | 'apiKey' | 'payload'>,
  target: KaleyraTarget,
) => {
  switch (step.name) {
    case 'exchange':
      return toKaleyraStep(request, target, step.idForm);
    case 'credentials':
      return { kind: 'credentials', tenantId, source: step.source } as const;
    case 'attempts':
      return { kind: 'attempts', operation: operations[step.action] } as const;
  }
};

const operations = {
  take: 'take an attempt',
  giveBack: 'give the attempt back',
  clear: 'clear the attempts',
} as const;

const toKaleyraStep = (
  { path, apiKey, payload }: Pick<KaleyraRequest, 'path' | 'apiKey' | 'payload'>,
  { pod, host }: KaleyraTarget,
  idForm: 'number' | 'string',
) => ({
  kind: 'kaleyra' as const,
  pod,
  host,
  path: maskKaleyraPath(path),
  headers: maskHeaders({
    'api-key': apiKey,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
    accept: 'application/json',
  }),
  body: maskBody(payload),
  idForm,
});

const toStepResponse = (
  { status, retryAfter, body }: KaleyraResponse,
  payload: string,
): KaleyraStepResponse => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: maskPhoneNumbers(body.toString('utf8'), payload).slice(0, maxShownBody),
});

/** Adds the outcome and the log event of a request that has ended. */
export const traceEvent = (call: RunningCall, event: RequestEvent): void => {
  const { outcome, kaleyra_code: kaleyraCode, reason } = event;
  // Without a tenant, the request was not parsed or not authorized.
  call.endParsing(undefined, event.tenant_id === undefined ? (outcome as FailureCode) : undefined);
  const startMs = call.lastActivityMs();
  call.add({
    kind: 'mapping',
    startMs,
    durationMs: call.elapsed() - startMs,
    outcome,
    ...(kaleyraCode !== undefined && { kaleyraCode }),
    ...(reason !== undefined && { reason }),
  });
  call.add({ kind: 'log', startMs: call.elapsed(), durationMs: 0, event });
  call.setOutcome(outcome);
};
