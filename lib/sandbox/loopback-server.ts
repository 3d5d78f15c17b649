import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens on loopback. */
export interface LoopbackServer {
  readonly port: number;
  /** Ends it at once, calls that are under way included. */
  close(): Promise<void>;
}

/** A port that could not be had. Its message says which, and what to do. */
export class PortTaken extends Error {
  constructor(port: number, portVariable: string) {
    super(`Port ${port} is taken: set ${portVariable} to another one, or to 0 for any free one.`);
    this.name = 'PortTaken';
  }
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 picks a free one
 * @param portVariable the environment variable that sets the port, for the error
 * @throws PortTaken
 */
export const listenOnLoopback = (
  server: Server,
  port: number,
  portVariable: string,
): Promise<LoopbackServer> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port, portVariable) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
