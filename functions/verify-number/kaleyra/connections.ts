/** What is known of the connections that Kaleyra's client keeps between requests. */
import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';

/**
 * The longest that a kept-alive socket may have been idle and still be used, in milliseconds. Lambda freezes a process
 * between requests, and the peer closes meanwhile: what an old socket is worth shows only once it is written to.
 */
export const maxIdleMs = 15_000;

/** Whether the request's connection was ever there, and whether any byte of an answer came over it. */
export const watchConnection = (request: ClientRequest, protocol: 'https:' | 'http:') => {
  let established = false;
  let socket: Socket | undefined;
  let readBefore = 0;
  request.once('socket', (given) => {
    given.off('data', endUnasked);
    socket = given;
    readBefore = given.bytesRead;
    if (request.reusedSocket) established = true;
    else
      given.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        established = true;
      });
  });
  return {
    established: () => established,
    answered: () => socket !== undefined && socket.bytesRead > readBefore,
  };
};

/** Returns what drops the agent's sockets that have been idle for so many milliseconds, by the clock and not by a timer. */
export const watchIdleSockets = (agent: Agent, clock: Clock): ((idleMs: number) => void) => {
  const idleSince = new WeakMap<object, number>();
  agent.on('free', (socket: Socket) => {
    idleSince.set(socket, clock.now());
    socket.on('data', endUnasked);
  });
  return (idleMs) => {
    const newest = clock.now() - idleMs;
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
      if ((idleSince.get(socket) ?? 0) <= newest) socket.destroy();
    }
  };
};

/**
 * What comes over an idle connection would be taken for the answer to whatever request goes over it next. Node 24.21
 * ends such a connection by itself; Lambda's Node may be an older one.
 */
function endUnasked(this: Socket): void {
  this.destroy();
}
