/** Connections to Kaleyra: one that is opened before it is needed, and the state of the one that a request uses. */
import type { ClientRequest } from 'node:http';
import type { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { closeOnData } from '../aws/idle-sockets.ts';
import type { Clock } from '../core/clock.ts';

/** A connection that was opened without sending a byte of HTTP, for the next request. */
export interface PreparedConnection {
  /** Opens it. Resolves when it can be used, or when it cannot be opened. */
  open(hostname: string, port: number, deadlineMs: number): Promise<void>;
  /** Closes it if it has been idle for at least `idleMs`. */
  closeIdle(idleMs: number): void;
  /** Whether a request uses it. */
  isUsedBy(socket: Socket): boolean;
}

/**
 * Lets an agent use a prepared connection instead of a new one. It is not kept open in the agent's own list, because
 * that has no documented way to add a connection.
 * @see https://nodejs.org/api/http.html#agentcreateconnectionoptions-callback
 */
export const prepareConnections = (agent: Agent, clock: Clock = Date): PreparedConnection => {
  let idle: { readonly socket: Socket; readonly since: number } | undefined;
  const used = new WeakSet<Socket>();
  const createConnection = agent.createConnection.bind(agent);

  agent.createConnection = (options, callback) => {
    const socket = idle?.socket;
    if (!socket?.writable) return createConnection(options, callback);
    idle = undefined;
    used.add(socket);
    socket.off('data', closeOnData).ref();
    return socket;
  };

  return {
    open: (hostname, port, deadlineMs) =>
      new Promise((resolve) => {
        const options = { ...agent.options, host: hostname, port, servername: hostname };
        const socket = createConnection(options) as Socket;
        const timer = setTimeout(() => socket.destroy(), deadlineMs);
        const finish = (): void => {
          clearTimeout(timer);
          resolve();
        };
        socket.unref();
        socket.on('data', closeOnData);
        socket.once('secureConnect', () => {
          idle = { socket, since: clock.now() };
          finish();
        });
        // While it is idle, an error only closes it. A request that uses it has listeners of its own.
        socket.on('error', () => {});
        socket.once('close', () => {
          if (idle?.socket === socket) idle = undefined;
          finish();
        });
      }),
    closeIdle: (idleMs) => {
      if (idle && idle.since <= clock.now() - idleMs) idle.socket.destroy();
    },
    isUsedBy: (socket) => used.has(socket),
  };
};

/** Returns whether the request's connection was ever established, and whether it has received any byte of a response. */
export const watchConnection = (
  request: ClientRequest,
  protocol: 'https:' | 'http:',
  prepared: PreparedConnection | undefined,
) => {
  let isEstablished = false;
  let isReused = false;
  let socket: Socket | undefined;
  let bytesBefore = 0;
  request.once('socket', (assigned) => {
    socket = assigned;
    bytesBefore = assigned.bytesRead;
    isReused = request.reusedSocket || prepared?.isUsedBy(assigned) === true;
    if (isReused) isEstablished = true;
    else {
      assigned.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        isEstablished = true;
      });
    }
  });
  return {
    isEstablished: () => isEstablished,
    /** Whether it was open before the request. */
    isReused: () => isReused,
    hasReceivedBytes: () => socket !== undefined && socket.bytesRead > bytesBefore,
  };
};
