/** Protects a server on loopback from web pages, which can make a browser send requests to it, and from large bodies. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isLoopbackUrl } from '../../local/loopback-url.ts';
import { BodyTooLarge } from './read-body.ts';

/** Serves a request, or returns undefined if the request is for something else. */
export type ServeOther = (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;

type ReportRefusal = (request: IncomingMessage, status: number, message: string) => void;

/**
 * Serves requests whose `Host` is loopback (DNS rebinding has another one) and whose `Origin`, if they have one, is the
 * server's own address. Others get 403. A body that is too large gets 413, and its connection is closed.
 */
export const allowOnlyLoopback =
  (
    serve: (request: IncomingMessage, response: ServerResponse) => unknown,
    reportRefusal?: ReportRefusal,
  ): RequestListener =>
  async (request, response) => {
    const refuse = (status: number, message: string): void => {
      reportRefusal?.(request, status, message);
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify({ message }));
    };
    const { host, origin } = request.headers;
    const ownAddress = `http://${host}`;
    if (!isLoopbackUrl(ownAddress)) return refuse(403, 'The Host header is not localhost or 127.0.0.1.');
    if (origin !== undefined && origin !== URL.parse(ownAddress)?.origin) {
      return refuse(403, "The Origin header is not this server's own address.");
    }
    // A route may respond without reading the body. The rest of it is not waited for.
    response.once('finish', () => request.complete || request.socket.destroySoon());
    try {
      await serve(request, response);
    } catch (error) {
      if (error instanceof BodyTooLarge && !response.headersSent) refuse(413, error.message);
      // The caller has closed the connection before its request was complete.
      else response.destroy();
    }
  };
