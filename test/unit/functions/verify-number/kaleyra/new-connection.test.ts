import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  createVerify,
  getFailure,
  rawSample,
  startRawKaleyra,
  write,
} from '../../../../support/raw-kaleyra.ts';
import { startRawServer } from '../../../../support/raw-server.ts';
import { scriptLookups } from '../../../../support/scripted-lookups.ts';
import { useRawKaleyra, verified } from '../../../../support/use-raw-kaleyra.ts';

const { cleanUps } = useRawKaleyra();

describe('a new connection to Kaleyra', () => {
  /** A client for a name that resolves, or does not, as scripted for each lookup. */
  const setUp = async (
    names: readonly ('found' | 'gone')[],
    behave: ((socket: Socket, count: number) => void) | 'refuses',
  ) => {
    const server = await startRawServer({
      ...(behave !== 'refuses' && { onRequest: (socket) => behave(socket, server.requests.length) }),
    });
    if (behave === 'refuses') await server.close();
    const { lookup, getCount } = scriptLookups(names);
    const agent = new Agent({ keepAlive: true, lookup });
    cleanUps.push(
      () => agent.destroy(),
      () => server.close(),
    );
    const endpoint = { protocol: 'http:', hostname: 'kaleyra.invalid', port: server.port, agent } as const;
    return { server, countLookups: getCount, ...createVerify(endpoint) };
  };

  it('is tried twice if it is refused, and then nothing was sent', async () => {
    const { verify, countLookups } = await setUp(['found', 'found'], 'refuses');
    expect(await getFailure(verify())).toMatchObject({
      code: 'KaleyraUnavailable',
      reason: 'ECONNREFUSED',
      message: 'Kaleyra cannot be reached (ECONNREFUSED). Nothing was sent. Try again later.',
      retryAfterSeconds: 10,
    });
    expect(countLookups()).toBe(2);
  });

  it('is tried twice if the host has no address, and then nothing was sent', async () => {
    const { verify, countLookups } = await setUp(['gone', 'gone'], write(verified));
    expect(await getFailure(verify())).toMatchObject({ code: 'KaleyraUnavailable', reason: 'ENOTFOUND' });
    expect(countLookups()).toBe(2);
  });

  it('can succeed the second time', async () => {
    const { verify, countLookups } = await setUp(['gone', 'found'], write(verified));
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(countLookups()).toBe(2);
  });

  it('leaves the outcome unknown if it is established the second time and then dies', async () => {
    const { server, verify } = await setUp(['gone', 'found'], (socket) => socket.resetAndDestroy());
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['alreadyApproved', 'AlreadyVerified'],
    ['tryAgainLater', 'KaleyraFailed'],
  ] as const)('maps %s as usual the second time, because nothing was sent before', async (sample, code) => {
    const { verify } = await setUp(['gone', 'found'], write(rawSample(sample)));
    expect(await getFailure(verify())).toHaveProperty('code', code);
  });

  it('maps HTTP 429 as usual the second time', async () => {
    const { verify } = await setUp(['gone', 'found'], write('HTTP/1.1 429 X\r\ncontent-length: 0\r\n\r\n'));
    expect(await getFailure(verify())).toHaveProperty('code', 'RateLimited');
  });
});

describe('a new connection to Kaleyra, if it breaks after the request', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['is reset', (socket) => socket.resetAndDestroy()],
    ['is closed', (socket) => socket.end()],
    ['is reset in the response', (socket) => socket.write('HTTP/1.1 2', () => socket.resetAndDestroy())],
    ['is closed in the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
    ['is closed in the body', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod')],
    [
      'is closed in a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"c'),
    ],
    ['does not use HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['has huge headers', (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`)],
    [
      'changes its protocol',
      write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
  ])('leaves the outcome unknown without a repeat: it %s', async (_name, behave) => {
    const kaleyra = await startRawKaleyra({ onRequest: behave });
    cleanUps.push(kaleyra.close);
    const failure = await getFailure(kaleyra.verify());
    expect(failure).toMatchObject({ code: 'OutcomeUnknown', reason: expect.stringMatching(/^\w+$/) });
    expect([kaleyra.server.requests.length, kaleyra.server.connections]).toEqual([1, 1]);
  });

  it('leaves the outcome unknown without a repeat: it is reset before the request is read', async () => {
    const { server, verify, close } = await startRawKaleyra({
      onConnection: (socket) => {
        socket.pause();
        // Later, because a connection that the client has not seen established counts as refused.
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
    });
    cleanUps.push(close);
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([0, 1]);
  });
});
