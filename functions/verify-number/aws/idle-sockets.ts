/** Closes kept-alive connections that have been idle for too long. */
import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';

/**
 * Maximum idle time of a connection that is used again, in milliseconds. Lambda freezes the process between requests,
 * and a connection that the peer closes meanwhile looks usable until something is written to it.
 */
export const maxIdleMs = 15_000;

/**
 * Watches an agent. Returns a function that closes the agent's sockets that have been idle for at least `idleMs`. It
 * uses the clock, because timers do not run while Lambda freezes the process.
 */
export const watchIdleSockets = (agent: Agent, clock: Clock): ((idleMs: number) => void) => {
  const idleSince = new WeakMap<object, number>();
  agent.on('free', (socket: Socket) => {
    idleSince.set(socket, clock.now());
    socket.on('data', closeOnData);
  });
  // The agent calls this method before it uses a kept-alive socket again.
  // Source: https://nodejs.org/api/http.html#agentreusesocketsocket-request
  const reuseSocket = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    socket.off('data', closeOnData);
    reuseSocket(socket, request);
  };
  return (idleMs) => {
    const closeBefore = clock.now() - idleMs;
    for (const host in agent.freeSockets) {
      // A copy, because a destroyed socket leaves the list.
      for (const socket of [...(agent.freeSockets[host] ?? [])]) {
        if ((idleSince.get(socket) ?? 0) <= closeBefore) socket.destroy();
      }
    }
  };
};

/**
 * Bytes on an idle connection would be taken for the response to its next request. Node 24.21 closes such a connection
 * itself; Lambda may run an older release.
 */
export function closeOnData(this: Socket): void {
  this.destroy();
}
