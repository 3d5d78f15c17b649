import { once } from 'node:events';
import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../../../../bench/lambda-runtime/certificates.ts';
import { prepareConnections } from '../../../../../functions/verify-number/kaleyra/connections.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';
import { createVerify, getFailure, rawSample } from '../../../../support/raw-kaleyra.ts';
import { type RawRequest, startRawServer } from '../../../../support/raw-server.ts';

const hostname = 'api.in.kaleyra.io';
const verified = rawSample('success');

let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

interface Given {
  readonly names?: readonly string[];
  readonly speaksTls?: boolean;
  readonly openMs?: number;
  readonly onConnection?: (socket: Socket, connection: number) => void;
  readonly onRequest?: (socket: Socket, request: RawRequest) => void;
}

/** Opens a connection as the function does during init. */
const setUp = async (given: Given = {}) => {
  const { names = [hostname], speaksTls = true, openMs = 30_000, onConnection } = given;
  /** The server's side of the first connection. */
  const accepted = Promise.withResolvers<Socket>();
  const server = await startRawServer({
    ...(speaksTls && { tls: await authority.issue(names) }),
    onConnection: (socket, connection) => {
      accepted.resolve(socket);
      onConnection?.(socket, connection);
    },
    onRequest: given.onRequest ?? ((socket) => socket.write(verified)),
  });
  const clock = createManualClock();
  const sockets: Socket[] = [];
  const agent = new Agent({
    keepAlive: true,
    ca: authority.cert,
    lookup: (_name: string, _options: object, done: (error: null, all: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]),
  } as never);
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (...args) => {
    const socket = createConnection(...args) as Socket;
    sockets.push(socket);
    return socket;
  };
  cleanUps.push(
    () => agent.destroy(),
    () => server.close(),
  );
  const prepared = prepareConnections(agent, clock);
  await prepared.open(hostname, server.port, openMs);
  const endpoint = { protocol: 'https:', hostname, port: server.port, agent, prepared } as const;
  return { server, sockets, accepted: accepted.promise, ...createVerify(endpoint, clock) };
};

describe('a prepared connection', () => {
  it('carries the first request and the next ones', async () => {
    const { server, accepted, verify } = await setUp();
    await accepted;
    expect([server.connections, server.requests.length]).toEqual([1, 0]);
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.connections, server.requests.length]).toEqual([1, 2]);
  });

  it('is not used if it died before the first request', async () => {
    const { server, sockets, accepted, verify } = await setUp();
    const closed = once(sockets[0] as Socket, 'close');
    (await accepted).destroy();
    await closed;
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.connections, server.requests.length]).toEqual([2, 1]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.end()],
    ['cut off', (socket) => socket.destroy()],
  ])('leads to one repeat if it is %s before any byte of a response', async (_name, die) => {
    const { server, verify } = await setUp({
      onRequest: (socket, { connection }) => (connection === 1 ? die(socket) : socket.write(verified)),
    });
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.connections, server.requests.length]).toEqual([2, 2]);
  });

  it('leaves the outcome unknown if it dies in a response, without a repeat', async () => {
    const { server, verify } = await setUp({ onRequest: (socket) => socket.end('HTTP/1.1 200 OK\r\nx') });
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.connections, server.requests.length]).toEqual([1, 1]);
  });

  it('is closed after 15 seconds by the wall clock, as after a freeze of the process', async () => {
    const { server, accepted, clock, verify } = await setUp();
    await accepted;
    clock.pass(15_000);
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(server.connections).toBe(2);
  });

  it('is closed if it receives anything before it is used', async () => {
    const { server, sockets, verify } = await setUp({
      onConnection: (socket, connection) => {
        if (connection === 1) socket.write(verified);
      },
    });
    const [socket] = sockets;
    if (!socket?.destroyed) await once(socket as Socket, 'close');
    expect(await verify()).toHaveProperty('message', 'Request Processed Successfully');
    expect([server.connections, server.requests.length]).toEqual([2, 1]);
  });
});

describe('a connection that cannot be prepared', () => {
  it('changes nothing if the certificate has another name', async () => {
    const { server, verify } = await setUp({ names: ['api.elsewhere.invalid'] });
    expect(await getFailure(verify())).toMatchObject({
      code: 'KaleyraUnavailable',
      reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(server.requests).toEqual([]);
  });

  it('changes nothing if the handshake does not end before its deadline', async () => {
    const { sockets, verify } = await setUp({ speaksTls: false, openMs: 1 });
    expect(sockets[0]?.destroyed).toBe(true);
    expect(await getFailure(verify({}, 50))).toMatchObject({ code: 'KaleyraUnavailable', reason: 'timeout' });
  });

  it('changes nothing if it is refused', async () => {
    const agent = new Agent({ keepAlive: true });
    const prepared = prepareConnections(agent);
    const server = await startRawServer({});
    await server.close();
    await prepared.open('127.0.0.1', server.port, 30_000);
    const endpoint = {
      protocol: 'https:',
      hostname: '127.0.0.1',
      port: server.port,
      agent,
      prepared,
    } as const;
    const { verify } = createVerify(endpoint);
    expect(await getFailure(verify())).toMatchObject({ reason: 'ECONNREFUSED' });
    agent.destroy();
  });
});
