import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../../../../bench/lambda-runtime/certificates.ts';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { createVerify, getFailure, rawSample } from '../../../../support/raw-kaleyra.ts';
import { type RawRequest, type RawServer, startRawServer } from '../../../../support/raw-server.ts';

const verified = rawSample('success');

let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});

const cleanUps: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

interface Given {
  readonly names?: readonly string[];
  readonly notAfter?: Date;
  readonly trusted?: string;
  readonly onConnection?: (socket: Socket, connection: number) => void;
  readonly onRequest?: (socket: Socket, request: RawRequest) => void;
}

const setUp = async ({
  names = ['api.in.kaleyra.io'],
  notAfter,
  trusted = authority.cert,
  onConnection,
  onRequest = (socket) => socket.write(verified),
}: Given = {}) => {
  const server = await startRawServer({
    tls: await authority.issue(names, notAfter),
    onRequest,
    ...(onConnection && { onConnection }),
  });
  const agent = new HttpsAgent({
    keepAlive: true,
    ca: trusted,
    // The real host's name, at the test's address.
    lookup: (_name: string, _options: object, done: (error: null, all: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]),
  } as never);
  cleanUps.push(
    () => agent.destroy(),
    () => server.close(),
  );
  const endpoint = { protocol: 'https:', hostname: 'api.in.kaleyra.io', port: server.port, agent } as const;
  const { verify } = createVerify(endpoint);
  return { server, verify };
};

const expectNothingSent = (failure: Failure, server: RawServer, reason: string) => {
  expect(failure).toMatchObject({ code: 'KaleyraUnavailable', reason });
  expect(failure.message).toBe(`Kaleyra cannot be reached (${reason}). Nothing was sent. Try again later.`);
  expect(server.requests).toEqual([]);
};

describe('the Kaleyra client over TLS', () => {
  it('verifies numbers on one connection', async () => {
    const { server, verify } = await setUp();
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.requests.length, server.connections]).toEqual([2, 1]);
  });

  it('sends nothing to a host with another name', async () => {
    const { server, verify } = await setUp({ names: ['api.elsewhere.invalid'] });
    expectNothingSent(await getFailure(verify()), server, 'ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('sends nothing to a host whose certificate has expired', async () => {
    const { server, verify } = await setUp({ notAfter: new Date(Date.now() - 60_000) });
    expectNothingSent(await getFailure(verify()), server, 'CERT_HAS_EXPIRED');
  });

  it('sends nothing to a host whose certificate is from an unknown authority', async () => {
    const { cert } = await createCertificateAuthority();
    const { server, verify } = await setUp({ trusted: cert });
    expectNothingSent(await getFailure(verify()), server, 'CERT_SIGNATURE_FAILURE');
  });

  /** A server that speaks no TLS. */
  const setUpWithoutTls = async (onConnection: (socket: Socket) => void) => {
    const server = await startRawServer({ onConnection });
    const agent = new HttpsAgent({ keepAlive: true });
    cleanUps.push(
      () => agent.destroy(),
      () => server.close(),
    );
    const endpoint = { protocol: 'https:', hostname: '127.0.0.1', port: server.port, agent } as const;
    return { server, ...createVerify(endpoint) };
  };

  it('sends nothing if the handshake does not end before the deadline', async () => {
    const { server, verify } = await setUpWithoutTls(() => {});
    expectNothingSent(await getFailure(verify({}, 60)), server, 'timeout');
    expect(server.connections).toBe(1);
  });

  it('tries a handshake twice that breaks off, because nothing was sent', async () => {
    const { server, verify } = await setUpWithoutTls((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    expectNothingSent(await getFailure(verify()), server, 'ECONNRESET');
    expect(server.connections).toBe(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closed as TLS requires', (socket) => socket.end()],
    ['cut off', (socket) => socket.destroy()],
  ])('repeats a request on a kept-alive connection that is %s', async (_name, die) => {
    const { server, verify } = await setUp({
      onRequest: (socket, { connection }) => {
        // Messages of TLS itself, such as close_notify or a session ticket, are not bytes of a response.
        if (connection === 1 && server.requests.length > 1) die(socket);
        else socket.write(verified);
      },
    });
    await verify();
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.requests.length, server.connections]).toEqual([3, 2]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['before a response', (socket) => socket.end()],
    ['in a response', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod')],
  ])('does not repeat a request on a new connection that ends %s', async (_name, end) => {
    const { server, verify } = await setUp({ onRequest: end });
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([1, 1]);
  });
});
