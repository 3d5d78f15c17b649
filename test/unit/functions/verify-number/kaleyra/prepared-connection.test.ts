import { once } from 'node:events';
import type { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../../../../bench/lambda-runtime/certificates.ts';
import { prepareConnections } from '../../../../../functions/verify-number/kaleyra/connections.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';
import {
  getFailure,
  kaleyraHost,
  type OnRequest,
  type RawKaleyra,
  verified,
  write,
} from '../../../../support/raw-kaleyra.ts';
import { useRawKaleyra } from '../../../../support/use-raw-kaleyra.ts';

let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});

const timers = useManualTimers();
const raw = useRawKaleyra();

/** Opens a connection as the function does during init. */
const setUp = async (
  onRequest: OnRequest = write(verified),
  { name = kaleyraHost, ...given }: RawKaleyra & { readonly name?: string } = {},
) => {
  /** The server's side of the first connection. */
  const accepted = Promise.withResolvers<Socket>();
  const kaleyra = await raw.setUp(onRequest, {
    tls: await authority.issue([name]),
    trusted: authority.cert,
    prepares: true,
    ...given,
    onConnection: (socket, connection) => {
      accepted.resolve(socket);
      given.onConnection?.(socket, connection);
    },
  });
  return { ...kaleyra, accepted: accepted.promise };
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
    const { server, verify } = await setUp((socket, { connection }) =>
      connection === 1 ? die(socket) : socket.write(verified),
    );
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.connections, server.requests.length]).toEqual([2, 2]);
  });

  it('leaves the outcome unknown if it dies in a response, without a repeat', async () => {
    const { server, verify } = await setUp((socket) => socket.end('HTTP/1.1 200 OK\r\nx'));
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
    const { server, sockets, verify } = await setUp(write(verified), {
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
    const { server, verify } = await setUp(write(verified), { name: 'api.elsewhere.invalid' });
    expect(await getFailure(verify())).toMatchObject({
      code: 'KaleyraUnavailable',
      reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(server.requests).toEqual([]);
  });

  it('changes nothing if the handshake does not end before its deadline', async () => {
    const { sockets, server, verify } = await raw.setUp(() => {}, {
      trusted: authority.cert,
      prepares: true,
      onConnection: () => timers.expire(),
    });
    expect(sockets[0]?.destroyed).toBe(true);
    expect(await getFailure(verify())).toMatchObject({ code: 'KaleyraUnavailable', reason: 'timeout' });
    expect([server.connections, timers.getPending()]).toEqual([2, []]);
  });

  it('changes nothing if it is refused', async () => {
    const { server, agent } = await raw.setUp(() => {}, { trusted: authority.cert });
    await server.close();
    await prepareConnections(agent as Agent).open(kaleyraHost, server.port, 600_000);
    expect(timers.getPending()).toEqual([]);
  });
});
