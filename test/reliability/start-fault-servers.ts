/** Starts the fault servers. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { FaultPorts, Seen } from './fault-servers.ts';

export interface FaultServers {
  readonly ports: FaultPorts;
  /** Returns what the servers have seen of a cell, and forgets it. */
  readSeen(cell: string): Promise<Seen>;
  /** Resets a connection of the client, and waits until the client has noticed. */
  resetConnection(socket: Socket | undefined): Promise<void>;
  stop(): void;
}

/** Starts `fault-servers.ts` in a process of its own. */
export const startFaultServers = async (): Promise<FaultServers> => {
  const child = fork(join(import.meta.dirname, 'fault-servers.ts'));
  const [ports]: FaultPorts[] = await once(child, 'message');
  if (!ports) throw new Error('The fault servers did not report their ports.');
  const waiting = new Map<string, (seen: Seen) => void>();
  child.on('message', ({ cell, seen }: { cell: string; seen: Seen }) => {
    waiting.get(cell)?.(seen);
    waiting.delete(cell);
  });
  return {
    ports,
    readSeen: (cell) =>
      new Promise((resolve) => {
        waiting.set(cell, resolve);
        child.send({ cell });
      }),
    resetConnection: async (socket) => {
      if (!socket || socket.destroyed) return;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      child.send({ reset: socket.localPort });
      await closed;
    },
    stop: () => child.disconnect(),
  };
};
