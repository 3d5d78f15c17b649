import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What came of one invocation. */
export interface InvocationResult {
  /** The handler's result, parsed; or, with `errorType`, `{ errorType, errorMessage, trace }` of what it threw. */
  readonly payload: unknown;
  /** Set when the handler threw: the error's name. */
  readonly errorType?: string;
  readonly requestId: string;
  /** From handing the event to the runtime to having its whole answer, in milliseconds. */
  readonly durationMs: number;
}

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /**
   * Invokes the function, as soon as its runtime asks for work.
   * @param timeoutMs the function's time-out, which the handler sees as its remaining time; nothing enforces it
   * @throws Error when the runtime is lost before it answers
   */
  invoke(event: unknown, timeoutMs?: number): Promise<InvocationResult>;
  /** Ends every invocation that has no answer yet, and all that follow. */
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
 * Lambda's Runtime API on loopback.
 * Source: "Using the Lambda runtime API for custom runtimes" in the Lambda developer guide.
 */
export const startRuntimeApi = async (): Promise<RuntimeApi> => {
  const unanswered = new Map<string, Invocation>();
  const queued: Invocation[] = [];
  const idle: ServerResponse[] = [];
  let lost: Error | undefined;

  const abandon = (reason: Error): void => {
    lost ??= reason;
    for (const invocation of unanswered.values()) invocation.reject(lost);
    unanswered.clear();
    queued.length = 0;
  };

  const handOut = (): void => {
    while (idle.length > 0 && queued.length > 0) {
      const response = idle.shift() as ServerResponse;
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

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.slice(prefix.length) ?? '';
    if (path === 'invocation/next') {
      idle.push(response);
      handOut();
      return;
    }
    const body = await text(request);
    response.writeHead(202).end();
    if (path === 'init/error') {
      abandon(new Error(`The function failed to start: ${body}`));
      return;
    }
    const [, requestId = '', kind] = path.split('/');
    const invocation = unanswered.get(requestId);
    if (!invocation) return;
    unanswered.delete(requestId);
    const errorType = request.headers['lambda-runtime-function-error-type'];
    invocation.resolve({
      payload: JSON.parse(body),
      ...(kind === 'error' ? { errorType: String(errorType) } : {}),
      requestId,
      durationMs: performance.now() - invocation.startedAt,
    });
  };

  // The runtime keeps its connection for as long as it lives, however long nobody invokes it.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    answer(request, response).catch((error: Error) => abandon(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost);
        const requestId = randomUUID();
        const body = JSON.stringify(event);
        const invocation = { requestId, body, timeoutMs, startedAt: 0, resolve, reject };
        unanswered.set(requestId, invocation);
        queued.push(invocation);
        handOut();
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
