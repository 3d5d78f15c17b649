import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The result of one invocation. */
export interface InvocationResult {
  /** The handler's result, parsed; or, with `errorType`, `{ errorType, errorMessage, trace }` of what it threw. */
  readonly payload: unknown;
  /** The error's name, if the handler threw. */
  readonly errorType?: string;
  readonly requestId: string;
  /** From sending the event to the runtime until its complete response, in milliseconds. */
  readonly durationMs: number;
}

interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /**
   * When the runtime first requests an invocation, which ends the init phase, on the clock of `performance.now()`.
   * Rejects if the runtime fails before that.
   */
  readonly ready: Promise<number>;
  /**
   * Invokes the function as soon as its runtime requests an invocation.
   * @param timeoutMs the function's timeout, which the handler sees as its remaining time; it is not enforced
   * @throws Error if the runtime fails before it responds
   */
  invoke(event: unknown, timeoutMs?: number): Promise<InvocationResult>;
  /** Rejects all pending and future invocations. */
  abandon(reason: Error): void;
  close(): Promise<void>;
}

interface Invocation {
  readonly requestId: string;
  readonly body: string;
  readonly timeoutMs: number;
  startedAt: number;
  readonly resolve: (result: InvocationResult) => void;
  readonly reject: (reason: Error) => void;
}

const prefix = '/2018-06-01/runtime/';

/**
 * Starts Lambda's Runtime API on loopback.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export const startRuntimeApi = async (): Promise<RuntimeApi> => {
  const pending = new Map<string, Invocation>();
  const queued: Invocation[] = [];
  const polls: ServerResponse[] = [];
  const ready = Promise.withResolvers<number>();
  // Not every caller waits for it.
  ready.promise.catch(() => {});
  let lost: Error | undefined;

  const abandon = (reason: Error): void => {
    lost ??= reason;
    ready.reject(lost);
    for (const invocation of pending.values()) invocation.reject(lost);
    pending.clear();
    queued.length = 0;
  };

  const dispatch = (): void => {
    while (polls.length > 0 && queued.length > 0) {
      const response = polls.shift() as ServerResponse;
      const invocation = queued.shift() as Invocation;
      invocation.startedAt = performance.now();
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(invocation.body),
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': Date.now() + invocation.timeoutMs,
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:ap-south-1:000000000000:function:under-test',
      });
      response.end(invocation.body);
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.slice(prefix.length) ?? '';
    if (path === 'invocation/next') {
      ready.resolve(performance.now());
      polls.push(response);
      dispatch();
      return;
    }
    const body = await text(request);
    response.writeHead(202).end();
    if (path === 'init/error') {
      abandon(new Error(`The function failed to start: ${body}`));
      return;
    }
    const [, requestId = '', kind] = path.split('/');
    const invocation = pending.get(requestId);
    if (!invocation) return;
    pending.delete(requestId);
    const errorType = request.headers['lambda-runtime-function-error-type'];
    invocation.resolve({
      payload: JSON.parse(body),
      ...(kind === 'error' ? { errorType: String(errorType) } : {}),
      requestId,
      durationMs: performance.now() - invocation.startedAt,
    });
  };

  // The runtime keeps its connection as long as it lives, however long it is idle.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request, response).catch((error: Error) => abandon(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: ready.promise,
    invoke: (event, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost);
        const requestId = randomUUID();
        const body = JSON.stringify(event);
        const invocation = { requestId, body, timeoutMs, startedAt: 0, resolve, reject };
        pending.set(requestId, invocation);
        queued.push(invocation);
        dispatch();
      }),
    abandon,
    close: async () => {
      abandon(new Error('The Runtime API has been closed.'));
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
