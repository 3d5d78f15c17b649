import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../../../../bench/lambda-runtime/certificates.ts';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { createKaleyraClient } from '../../../../../functions/verify-number/kaleyra/client.ts';
import { sampleCommand } from '../../../../support/events.ts';
import { failureOf, rawSample } from '../../../../support/raw-kaleyra.ts';
import { type RawRequest, type RawServer, startRawServer } from '../../../../support/raw-server.ts';
import { sampleCredentials } from '../../../../support/test-handler.ts';

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
  const client = createKaleyraClient(endpoint);
  const verify = (withinMs = 10_000) =>
    client.verify(sampleCommand, sampleCredentials, performance.now() + withinMs);
  return { server, verify };
};

const expectNothingSent = (failure: Failure, server: RawServer, why: string) => {
  expect([failure.code, failure.message]).toEqual([
    'KaleyraUnavailable',
    `Kaleyra could not be reached (${why}). Nothing was sent.`,
  ]);
  expect(server.requests).toEqual([]);
};

describe('over TLS', () => {
  it('a number is verified, the next one over the same connection', async () => {
    const { server, verify } = await setUp();
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.requests.length, server.connections]).toEqual([2, 1]);
  });

  it('nothing is sent to a host by another name', async () => {
    const { server, verify } = await setUp({ names: ['api.elsewhere.invalid'] });
    expectNothingSent(await failureOf(verify()), server, 'ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('nothing is sent to a host whose certificate has expired', async () => {
    const { server, verify } = await setUp({ notAfter: new Date(Date.now() - 60_000) });
    expectNothingSent(await failureOf(verify()), server, 'CERT_HAS_EXPIRED');
  });

  it('nothing is sent to a host whose certificate nobody vouches for', async () => {
    const { cert } = await createCertificateAuthority();
    const { server, verify } = await setUp({ trusted: cert });
    expectNothingSent(await failureOf(verify()), server, 'CERT_SIGNATURE_FAILURE');
  });

  it('nothing is sent where the handshake does not come to its end in time', async () => {
    const silent = await startRawServer({});
    cleanUps.push(() => silent.close());
    const agent = new HttpsAgent({ keepAlive: true });
    cleanUps.push(() => agent.destroy());
    const client = createKaleyraClient({
      protocol: 'https:',
      hostname: '127.0.0.1',
      port: silent.port,
      agent,
    });
    const failure = await failureOf(client.verify(sampleCommand, sampleCredentials, performance.now() + 60));
    expectNothingSent(failure, silent, 'timed out');
    expect(silent.connections).toBe(1);
  });

  it('a handshake that breaks off is tried once more, for nothing was sent', async () => {
    const breaking = await startRawServer({
      onConnection: (socket) => socket.once('data', () => socket.resetAndDestroy()),
    });
    cleanUps.push(() => breaking.close());
    const agent = new HttpsAgent({ keepAlive: true });
    cleanUps.push(() => agent.destroy());
    const endpoint = { protocol: 'https:', hostname: '127.0.0.1', port: breaking.port, agent } as const;
    const client = createKaleyraClient(endpoint);
    const failure = await failureOf(
      client.verify(sampleCommand, sampleCredentials, performance.now() + 10_000),
    );
    expectNothingSent(failure, breaking, 'ECONNRESET');
    expect(breaking.connections).toBe(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closed as TLS asks for', (socket) => socket.end()],
    ['cut off', (socket) => socket.destroy()],
  ])(
    'a kept-alive connection that turns out %s is no harm: the request is sent again',
    async (_name, die) => {
      const { server, verify } = await setUp({
        onRequest: (socket, { connection }) => {
          // What TLS itself says, such as its farewell or a session ticket, is no byte of an answer.
          if (connection === 1 && server.requests.length > 1) die(socket);
          else socket.write(verified);
        },
      });
      await verify();
      expect(await verify()).toHaveProperty('code', 'WA200');
      expect([server.requests.length, server.connections]).toEqual([3, 2]);
    },
  );

  it.each<[string, (socket: Socket) => void]>([
    ['before an answer', (socket) => socket.end()],
    ['within an answer', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod')],
  ])(
    'a new connection that ends %s leaves the outcome unknown, and the request is not repeated',
    async (_name, end) => {
      const { server, verify } = await setUp({ onRequest: end });
      expect(await failureOf(verify())).toHaveProperty('code', 'OutcomeUnknown');
      expect([server.requests.length, server.connections]).toEqual([1, 1]);
    },
  );
});
