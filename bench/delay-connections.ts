/** A proxy on loopback that adds a network's round-trip time. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/**
 * Starts a proxy in which each direction takes half of the round-trip time. The kernel accepts a connection at once, so
 * the client's first bytes, which start the TLS handshake, wait another round trip for the TCP handshake. A connection
 * that a client opens therefore takes two round trips until TLS 1.3 is established, and a request another one.
 *
 * A user-space proxy, because `tc netem` needs privileges and a module that many kernels do not have.
 */
export const startDelayingProxy = async (
  port: number,
  roundTripMs: number,
): Promise<{ readonly port: number; close(): void }> => {
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    const connectedAt = performance.now() + roundTripMs;
    forward(client, upstream, () => Math.max(0, connectedAt - performance.now()) + roundTripMs / 2);
    forward(upstream, client, () => roundTripMs / 2);
  });
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

/** Forwards each chunk after the delay, in order. */
const forward = (from: Socket, to: Socket, getDelayMs: () => number): void => {
  let queue = Promise.resolve();
  const sendLater = (send: () => void): void => {
    const at = performance.now() + getDelayMs();
    queue = queue.then(async () => {
      const delayMs = at - performance.now();
      if (delayMs > 0) await setTimeout(delayMs);
      send();
    });
  };
  from.on('data', (chunk) => sendLater(() => to.write(chunk)));
  from.on('close', () => sendLater(() => to.destroy()));
  from.on('error', () => to.destroy());
};
