/** The function's ports, each reporting to the call that uses it. The function itself knows nothing of the trace. */
import type { Ports } from '../../../functions/verify-number/compose.ts';
import type { FailureCode } from '../../../functions/verify-number/core/failures.ts';
import type { Attempt, AttemptLimiter } from '../../../functions/verify-number/core/verify-number.ts';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import type {
  Exchange,
  KaleyraRequest,
  KaleyraResponse,
} from '../../../functions/verify-number/kaleyra/transport.ts';
import type { RequestEvent } from '../../../functions/verify-number/telemetry/request-event.ts';
import type { ReadSecret } from '../../../functions/verify-number/tenants/read-secret.ts';
import type { CallRecorder } from './call-recorder.ts';
import { observeConnection } from './connection-reuse.ts';
import { maskBody, maskHeaders, maskKaleyraPath, maskPhoneNumbers } from './mask.ts';
import type { RunningCall } from './running-call.ts';
import type { AttemptsStep, CredentialsStep, KaleyraStep, KaleyraStepResponse } from './traced-call.ts';

/** Where the exchanges go. */
interface KaleyraTarget {
  readonly pod: Pod;
  readonly host: string;
}

/** Decorates the ports. */
export const tracePorts = (ports: Ports, recorder: CallRecorder, target: KaleyraTarget): Ports => {
  const reads = createReadLog();
  return {
    ...ports,
    readSecret: traceReadSecret(ports.readSecret, recorder, reads),
    exchange: traceExchange(ports.exchange, recorder, reads, target),
    attempts: ports.attempts && traceAttempts(ports.attempts, recorder),
    emit: (event) => {
      const call = recorder.current();
      if (call) traceEvent(call, event, reads);
      ports.emit(event);
    },
  };
};

/** The last read of each tenant's secret, on the clock of `performance.now()`. */
interface ReadLog {
  start(tenantId: string): () => void;
  last(tenantId: string): { readonly startedAt: number; readonly endedAt: number } | undefined;
}

const createReadLog = (): ReadLog => {
  const reads = new Map<string, { startedAt: number; endedAt: number }>();
  return {
    start: (tenantId) => {
      const read = { startedAt: performance.now(), endedAt: Number.POSITIVE_INFINITY };
      reads.set(tenantId, read);
      return () => {
        read.endedAt = performance.now();
      };
    },
    last: (tenantId) => reads.get(tenantId),
  };
};

const traceReadSecret =
  (readSecret: ReadSecret, recorder: CallRecorder, reads: ReadLog): ReadSecret =>
  async (tenantId) => {
    const call = recorder.current();
    call?.endParsing();
    const end = call?.begin<CredentialsStep>({
      kind: 'credentials',
      startMs: call.elapsed(),
      tenantId,
      source: 'read',
    });
    const endRead = reads.start(tenantId);
    try {
      const secret = await readSecret(tenantId);
      recorder.addSecrets(readStrings(secret));
      end?.();
      return secret;
    } catch (error) {
      end?.({ error: toReason(error) });
      throw error;
    } finally {
      endRead();
    }
  };

/** The values of a secret: whatever they are, no trace may contain them. */
const readStrings = (secret: string): string[] => {
  try {
    return Object.values(JSON.parse(secret) ?? {}).filter((value) => typeof value === 'string');
  } catch {
    return [secret];
  }
};

/**
 * Adds the step for credentials that the call did not read itself: they were cached, or the call waited for a read that
 * another call had started.
 */
const addUnreadCredentials = (call: RunningCall, reads: ReadLog): void => {
  const { tenantId } = call;
  if (tenantId === undefined || call.countSteps('credentials') > 0) return;
  const waitsFrom = call.lastActivityMs();
  const read = reads.last(tenantId);
  const endMs = read ? call.toElapsed(read.endedAt) : 0;
  const isCoalesced = read !== undefined && endMs > waitsFrom;
  const startMs = isCoalesced ? Math.max(waitsFrom, call.toElapsed(read.startedAt)) : call.elapsed();
  call.endParsing(startMs);
  const source = isCoalesced ? 'coalesced' : 'cached';
  call.add({ kind: 'credentials', startMs, durationMs: isCoalesced ? endMs - startMs : 0, tenantId, source });
};

const traceExchange =
  (exchange: Exchange, recorder: CallRecorder, reads: ReadLog, target: KaleyraTarget): Exchange =>
  async (request) => {
    const call = recorder.current();
    if (!call) return exchange(request);
    addUnreadCredentials(call, reads);
    const [, , sid = ''] = request.path.split('/');
    recorder.addSecrets([request.apiKey, sid]);
    const end = call.begin(toKaleyraStep(request, target, call.elapsed()));
    const { result, readConnection } = observeConnection(() => exchange(request));
    try {
      const response = await result;
      end({ connection: readConnection(), response: toStepResponse(response, request.payload) });
      return response;
    } catch (error) {
      end({ connection: readConnection(), error: toReason(error) });
      throw error;
    }
  };

const toKaleyraStep = (
  { path, apiKey, payload }: KaleyraRequest,
  { pod, host }: KaleyraTarget,
  startMs: number,
): KaleyraStep => ({
  kind: 'kaleyra',
  startMs,
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
  idForm: /^\{"id":"/.test(payload) ? 'string' : 'number',
});

/** How much of a response is shown, in characters. */
const maxShownBody = 4096;

const toStepResponse = (
  { status, retryAfter, body }: KaleyraResponse,
  payload: string,
): KaleyraStepResponse => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: maskPhoneNumbers(body.toString('utf8'), payload).slice(0, maxShownBody),
});

const traceAttempts = (attempts: AttemptLimiter, recorder: CallRecorder): AttemptLimiter => {
  const trace = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    const call = recorder.current();
    call?.endParsing();
    const end = call?.begin<AttemptsStep>({ kind: 'attempts', startMs: call.elapsed(), operation });
    try {
      const result = await work();
      end?.();
      return result;
    } catch (error) {
      end?.({ error: toReason(error) });
      throw error;
    }
  };
  return {
    settleDeadlineMs: attempts.settleDeadlineMs,
    take: async (number) => {
      const attempt: Attempt = await trace('take an attempt', () => attempts.take(number));
      return {
        error: attempt.error,
        giveBack: () => trace('give the attempt back', () => attempt.giveBack()),
        clear: () => trace('clear the attempts', () => attempt.clear()),
      };
    },
  };
};

/** Failures of the parser and of authorization. */
const parseFailures: ReadonlySet<string> = new Set<FailureCode>([
  'RequestInvalid',
  'UnsupportedMediaType',
  'RequestTooLarge',
  'TenantForbidden',
]);

/** Failures before the function has read the credentials. */
const earlyFailures: ReadonlySet<string> = new Set<string>([
  ...parseFailures,
  ...(['TooManyAttempts', 'TenantRateLimited', 'AttemptsUnavailable'] satisfies FailureCode[]),
]);

const traceEvent = (call: RunningCall, event: RequestEvent, reads: ReadLog): void => {
  const { outcome, kaleyra_code: kaleyraCode, reason } = event;
  if (outcome !== 'Verified' && parseFailures.has(outcome)) call.endParsing(call.elapsed(), outcome);
  if (!earlyFailures.has(outcome)) addUnreadCredentials(call, reads);
  call.endParsing();
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

/**
 * A stable word for an error, never its message. Reads properties instead of comparing classes, because `--watch` loads
 * the function's classes again.
 */
const toReason = (error: unknown): string => {
  const { reason, code, name }: Record<string, unknown> = Object(error);
  if (code === 'TooManyAttempts') return `${code} (${reason})`;
  return String(reason ?? code ?? name ?? typeof error);
};
