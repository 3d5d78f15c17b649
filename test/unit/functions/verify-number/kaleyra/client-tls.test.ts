import type { Socket } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../../../../bench/lambda-runtime/certificates.ts';
import type { Failure } from '../../../../../functions/verify-number/core/failures.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';
import { getFailure, kaleyraHost, type OnRequest, verified, write } from '../../../../support/raw-kaleyra.ts';
import type { RawServer } from '../../../../support/raw-server.ts';
import { useRawKaleyra } from '../../../../support/use-raw-kaleyra.ts';

let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});

const timers = useManualTimers();
const raw = useRawKaleyra();

interface Given {
  readonly name?: string;
  readonly notAfter?: Date;
  readonly trusted?: string;
  readonly onRequest?: OnRequest;
}

const setUp = async (given: Given = {}) => {
  const { name = kaleyraHost, notAfter, trusted = authority.cert, onRequest = write(verified) } = given;
  return raw.setUp(onRequest, { tls: await authority.issue([name], notAfter), trusted });
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
    const { server, verify } = await setUp({ name: 'api.elsewhere.invalid' });
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
  const setUpWithoutTls = (onConnection: (socket: Socket) => void) =>
    raw.setUp(() => {}, { trusted: authority.cert, onConnection });

  it('sends nothing if the handshake does not end before the deadline', async () => {
    const { server, verify } = await setUpWithoutTls(() => timers.expire());
    expectNothingSent(await getFailure(verify()), server, 'timeout');
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
      onRequest: (socket, { connection }, count) => {
        // Messages of TLS itself, such as close_notify or a session ticket, are not bytes of a response.
        if (connection === 1 && count > 1) die(socket);
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
