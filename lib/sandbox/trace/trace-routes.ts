/** `GET /sandbox/calls`: the recent calls. `GET /sandbox/events`: calls and other changes, as server-sent events. */
import type { ServerResponse } from 'node:http';
import type { ServeOther } from '../loopback/loopback-only.ts';
import type { CallRecorder } from './call-recorder.ts';

/** A named stream of values that `GET /sandbox/events` passes on. @returns the function that ends the subscription */
export type Subscribe = (send: (value: unknown) => void) => () => void;

/** How long changes are collected before they are sent, so that a call does not cause an event per step. In milliseconds. */
const collectMs = 25;

/**
 * Creates the two routes.
 * @param sources further events by name; each source sends its current value when it is subscribed to
 */
export const createTraceRoutes =
  (recorder: CallRecorder, sources: Readonly<Record<string, Subscribe>> = {}): ServeOther =>
  (request, response) => {
    if (request.method !== 'GET') return undefined;
    switch (request.url?.split('?')[0]) {
      case '/sandbox/calls':
        return sendCalls(response, recorder);
      case '/sandbox/events':
        return streamEvents(response, recorder, sources);
      default:
        return undefined;
    }
  };

const sendCalls = async (response: ServerResponse, recorder: CallRecorder): Promise<void> => {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ calls: recorder.calls() }));
};

const streamEvents = async (
  response: ServerResponse,
  recorder: CallRecorder,
  sources: Readonly<Record<string, Subscribe>>,
): Promise<void> => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (name: string, value: unknown): void => {
    response.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
  };

  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const sendChanged = (): void => {
    timer = undefined;
    for (const id of changed) {
      const call = recorder.find(id);
      if (call) send('call', call);
    }
    changed.clear();
  };
  send('calls', recorder.calls());
  const unsubscribe = [
    recorder.subscribe((id) => {
      changed.add(id);
      timer ??= setTimeout(sendChanged, collectMs);
    }),
    ...Object.entries(sources).map(([name, subscribe]) => subscribe((value) => send(name, value))),
  ];
  response.once('close', () => {
    clearTimeout(timer);
    for (const end of unsubscribe) end();
  });
};
