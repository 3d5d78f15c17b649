import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isLoopbackUrl } from '../../local/loopback-url.ts';
import { BodyTooLarge } from './read-body.ts';

/** A request that a port of the sandbox rejected by itself. */
export interface RejectedRequest {
  readonly method: string;
  readonly status: number;
  readonly message: string;
}

/** Serves a request, or returns undefined if the request is for something else. */
export type ServeOther = (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;

type Serve = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Protects a server on loopback from web pages, which can make a browser send requests to it, and from endless bodies.
 * A `Host` that is not loopback (DNS rebinding) or an `Origin` that is not gets 403. A body that is too large gets 413,
 * and its connection is closed.
 */
export const allowOnlyLoopback = (
  serve: Serve,
  onRejected?: (rejected: RejectedRequest) => void,
): RequestListener => {
  return async (request, response) => {
    const reject = (status: number, message: string): void => {
      onRejected?.({ method: request.method ?? '', status, message });
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify({ message }));
    };
    const { host, origin } = request.headers;
    if (!isLoopbackUrl(`http://${host}`)) {
      return reject(403, 'The Host header is not localhost or 127.0.0.1.');
    }
    if (origin !== undefined && !isLoopbackUrl(origin)) {
      return reject(403, 'The request comes from a web page that is not on localhost.');
    }
    // A route that does not read the body must not leave an endless one to be received.
    response.once('finish', () => request.complete || request.socket.destroySoon());
    try {
      await serve(request, response);
    } catch (error) {
      if (error instanceof BodyTooLarge && !response.headersSent) reject(413, error.message);
      // The caller has gone away in the middle of its own request.
      else response.destroy();
    }
  };
};
