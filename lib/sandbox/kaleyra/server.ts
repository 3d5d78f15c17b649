/** A server for a simulated Kaleyra: the sandbox's, and the ones of the tests. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { allowOnlyLoopback } from '../loopback/loopback-only.ts';
import { type LoopbackServer, listenOnLoopback } from '../loopback/loopback-server.ts';

/** One request to a simulated Kaleyra, as its behaviours handle it. */
export interface SimulatedExchange {
  readonly response: ServerResponse;
  /** The request's position on its connection. The first is 1. */
  readonly turn: number;
  /** Closes the connection without a response. */
  readonly close: () => void;
  /** Ends the connection with a TCP reset, under TLS too. */
  readonly reset: () => void;
}

export interface KaleyraServerOptions {
  /** 0 by default, which picks a free port. */
  readonly port?: number;
  /** PEM. Makes the server speak TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly serve: (request: IncomingMessage, exchange: SimulatedExchange) => unknown;
}

/**
 * Starts the server. Without TLS it rejects every `Host` that is not loopback; with TLS, a caller that asks for another
 * host fails at the certificate.
 * @throws Error that names the port if it is in use
 */
export const startKaleyraServer = ({
  port = 0,
  tls,
  serve,
}: KaleyraServerOptions): Promise<LoopbackServer> => {
  const turns = new WeakMap<Socket, number>();
  const tcpSockets = new Map<number | undefined, Socket>();
  const listener = (request: IncomingMessage, response: ServerResponse): unknown => {
    const { socket } = request;
    const turn = (turns.get(socket) ?? 0) + 1;
    turns.set(socket, turn);
    return serve(request, {
      response,
      turn,
      close: () => socket.destroySoon(),
      reset: () => tcpSockets.get(socket.remotePort)?.resetAndDestroy(),
    });
  };
  // Only a behaviour ends a connection.
  const options = { keepAliveTimeout: 0 };
  const server: Server = tls
    ? createTlsServer({ ...tls, ...options }, listener)
    : createServer(options, allowOnlyLoopback(listener));
  // Only the TCP socket can be reset, and with TLS a request has another one. Both have the client's port.
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    tcpSockets.set(remotePort, socket);
    socket.once('close', () => {
      if (tcpSockets.get(remotePort) === socket) tcpSockets.delete(remotePort);
    });
  });
  return listenOnLoopback(server, port, 'KALEYRA_SIMULATOR_PORT');
};
