import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens on loopback. */
export interface LoopbackServer {
  readonly port: number;
  /** Closes the connections on which no request is running. */
  closeIdleConnections(): void;
  /** Stops it immediately and closes its connections, in the middle of a call too. */
  close(): Promise<void>;
}

/** A port, and the environment variable that sets it. */
interface NamedPort {
  readonly port: number;
  readonly variable: string;
}

/** Ports that other processes use. The message says which ones and what to do. */
class PortInUse extends Error {
  readonly ports: readonly NamedPort[];

  constructor(ports: readonly NamedPort[]) {
    const list = new Intl.ListFormat('en-GB');
    const numbers = list.format(ports.map(({ port }) => String(port)));
    const variables = list.format(ports.map(({ variable }) => variable));
    super(
      ports.length === 1
        ? `Port ${numbers} is in use. Set ${variables} to another port, or to 0 for any free one.`
        : `Ports ${numbers} are in use. Set ${variables} to other ports, or to 0 for any free ones.`,
    );
    this.name = 'PortInUse';
    this.ports = ports;
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
      reject(error.code === 'EADDRINUSE' ? new PortInUse([{ port, variable: portVariable }]) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        closeIdleConnections: () => server.closeIdleConnections(),
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });

/**
 * Waits for servers that are starting. If one fails, closes the others.
 * @throws PortInUse with every port that is in use, or the first other error
 */
export const allOrNone = async <const T extends readonly (Promise<LoopbackServer> | undefined)[]>(
  starting: T,
) => {
  const results = await Promise.allSettled(starting);
  const errors: unknown[] = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (errors.length === 0) return Promise.all(starting);
  await Promise.all(results.map((result) => result.status === 'fulfilled' && result.value?.close()));
  const inUse = errors.flatMap((error) => (error instanceof PortInUse ? error.ports : []));
  throw errors.find((error) => !(error instanceof PortInUse)) ?? new PortInUse(inUse);
};
