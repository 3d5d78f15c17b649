/** Records every call with its steps: the gateway and the function's ports report to it as they run. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { maskEvent } from './gateway-event.ts';
import { withoutSecrets } from './mask.ts';
import { type Arrival, type RecordedCall, type RunningCall, startCall } from './running-call.ts';
import type { TracedCall } from './traced-call.ts';

/** How many calls are kept. The oldest are dropped first. */
export const maxCalls = 200;

export interface CallRecorder {
  /** Runs the function for a call. Whatever its ports report meanwhile belongs to the call. */
  record<T>(arrival: Arrival, invoke: () => Promise<T>): Promise<T>;
  /** Records a request that the gateway itself refused. */
  recordRefusal(arrival: Arrival, status: number, message: string): void;
  /** The call that is running in the current asynchronous context. */
  current(): RunningCall | undefined;
  /** Adds values that no trace may contain: API keys and SIDs. */
  addSecrets(secrets: readonly string[]): void;
  /** The recent calls, oldest first. */
  calls(): readonly TracedCall[];
  /** A call, if it is still kept. */
  find(id: string): TracedCall | undefined;
  /** Calls the listener with a call's id whenever the call has changed. @returns the function that ends the subscription */
  subscribe(listener: (id: string) => void): () => void;
}

/** Shorter values would mask parts of unrelated words. */
const minSecretLength = 4;

export const createCallRecorder = (): CallRecorder => {
  const context = new AsyncLocalStorage<RecordedCall>();
  const calls = new Map<string, RecordedCall>();
  const listeners = new Set<(id: string) => void>();
  const secrets = new Set<string>();

  const start = (arrival: Arrival): RecordedCall => {
    const call = startCall(arrival, (id) => {
      for (const listener of listeners) listener(id);
    });
    calls.set(call.id, call);
    const [oldest] = calls.keys();
    if (calls.size > maxCalls && oldest !== undefined) calls.delete(oldest);
    return call;
  };
  const read = (call: RecordedCall): TracedCall => withoutSecrets(call.read(), [...secrets]);

  return {
    record: async (arrival, invoke) => {
      const call = start(arrival);
      call.add({ kind: 'gateway', startMs: 0, durationMs: call.elapsed(), event: maskEvent(arrival.event) });
      call.begin({ kind: 'parse', startMs: call.elapsed() });
      try {
        return await context.run(call, invoke);
      } finally {
        call.end();
      }
    },
    recordRefusal: (arrival, status, refusal) => {
      // If the function was called and has failed, its trace says more.
      if (calls.has(arrival.id)) return;
      const call = start(arrival);
      call.add({ kind: 'gateway', startMs: 0, durationMs: call.elapsed(), refusal });
      call.end({ outcome: 'GatewayRefused', status });
    },
    current: () => context.getStore(),
    addSecrets: (added) => {
      for (const secret of added) if (secret.length >= minSecretLength) secrets.add(secret);
    },
    calls: () => [...calls.values()].map(read),
    find: (id) => {
      const call = calls.get(id);
      return call && read(call);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
