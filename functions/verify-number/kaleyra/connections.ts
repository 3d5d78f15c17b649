/** Watches the connection of one request to Kaleyra. */
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Returns whether the request's connection was ever established, and whether it has received any byte of a response. */
export const watchConnection = (request: ClientRequest, protocol: 'https:' | 'http:') => {
  let isEstablished = false;
  let socket: Socket | undefined;
  let bytesBefore = 0;
  request.once('socket', (assigned) => {
    socket = assigned;
    bytesBefore = assigned.bytesRead;
    if (request.reusedSocket) isEstablished = true;
    else {
      assigned.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        isEstablished = true;
      });
    }
  });
  return {
    isEstablished: () => isEstablished,
    hasReceivedBytes: () => socket !== undefined && socket.bytesRead > bytesBefore,
  };
};
