/** Servers that listen on loopback. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  readonly port: number;
  /** Closes the connections on which no request is running. */
  closeIdleConnections(): void;
  /** Stops it immediately and closes its connections, in the middle of a call too. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1.
 * @param port 0 picks a free one
 * @param portVariable the environment variable that sets the port
 * @throws Error that names the port and its variable if it is in use
 */
export const listenOnLoopback = (
  server: Server,
  port: number,
  portVariable: string,
): Promise<LoopbackServer> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message = `Port ${port} is in use. Set ${portVariable} to another port, or to 0 for any free one.`;
      reject(error.code === 'EADDRINUSE' ? new Error(message, { cause: error }) : error);
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
 * @throws Error with the messages of all that failed, in one line
 */
export const allOrNone = async <const T extends readonly (Promise<LoopbackServer> | undefined)[]>(
  starting: T,
) => {
  const results = await Promise.allSettled(starting);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  if (errors.length === 0) return Promise.all(starting);
  await Promise.all(results.map((result) => result.status === 'fulfilled' && result.value?.close()));
  throw new Error(errors.map(({ message }) => message).join(' '), { cause: errors[0] });
};
