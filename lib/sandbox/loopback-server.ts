import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens on loopback. */
export interface LoopbackServer {
  readonly port: number;
  /** Stops it immediately and closes its connections, in the middle of a call too. */
  close(): Promise<void>;
}

/** A port that another process uses. The message says which one and what to do. */
export class PortInUse extends Error {
  readonly port: number;
  readonly portVariable: string;

  constructor(port: number, portVariable: string) {
    super(`Port ${port} is in use. Set ${portVariable} to another port, or to 0 for any free one.`);
    this.name = 'PortInUse';
    this.port = port;
    this.portVariable = portVariable;
  }
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 picks a free one
 * @param portVariable the environment variable that sets the port, for the error
 * @throws PortInUse
 */
export const listenOnLoopback = (
  server: Server,
  port: number,
  portVariable: string,
): Promise<LoopbackServer> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port, portVariable) : error);
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
