import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { getFailure, rawSample, until, verified, write } from '../../../../support/raw-kaleyra.ts';
import { useRawKaleyra } from '../../../../support/use-raw-kaleyra.ts';

const { setUp } = useRawKaleyra();

describe('a new connection to Kaleyra', () => {
  it('is tried twice if it is refused, and then nothing was sent', async () => {
    const { server, verify, countLookups } = await setUp(write(verified));
    await server.close();
    expect(await getFailure(verify())).toMatchObject({
      code: 'KaleyraUnavailable',
      reason: 'ECONNREFUSED',
      message: 'Kaleyra cannot be reached (ECONNREFUSED). Nothing was sent. Try again later.',
      retryAfterSeconds: 10,
    });
    expect(countLookups()).toBe(2);
  });

  it('is tried twice if the host has no address, and then nothing was sent', async () => {
    const { verify, countLookups } = await setUp(write(verified), { lookups: ['gone', 'gone'] });
    expect(await getFailure(verify())).toMatchObject({ code: 'KaleyraUnavailable', reason: 'ENOTFOUND' });
    expect(countLookups()).toBe(2);
  });

  it('can succeed the second time', async () => {
    const { verify, countLookups } = await setUp(write(verified), { lookups: ['gone', 'found'] });
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(countLookups()).toBe(2);
  });

  it('leaves the outcome unknown if it is established the second time and then dies', async () => {
    const { server, verify } = await setUp((socket) => socket.resetAndDestroy(), {
      lookups: ['gone', 'found'],
    });
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['alreadyApproved', 'AlreadyVerified'],
    ['tryAgainLater', 'KaleyraFailed'],
  ] as const)('maps %s as usual the second time, because nothing was sent before', async (sample, code) => {
    const { verify } = await setUp(write(rawSample(sample)), { lookups: ['gone', 'found'] });
    expect(await getFailure(verify())).toHaveProperty('code', code);
  });

  it('maps HTTP 429 as usual the second time', async () => {
    const { verify } = await setUp(write('HTTP/1.1 429 X\r\ncontent-length: 0\r\n\r\n'), {
      lookups: ['gone', 'found'],
    });
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
    const { server, verify } = await setUp(behave);
    const failure = await getFailure(verify());
    expect(failure).toMatchObject({ code: 'OutcomeUnknown', reason: expect.stringMatching(/^\w+$/) });
    expect([server.requests.length, server.connections]).toEqual([1, 1]);
  });

  it('leaves the outcome unknown without a repeat: it is reset before the request is read', async () => {
    const { server, sockets, verify } = await setUp(() => {}, {
      onConnection: async (socket) => {
        socket.pause();
        // A connection that the client has not seen established counts as refused.
        await until(() => sockets[0]?.connecting === false);
        socket.resetAndDestroy();
      },
    });
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([0, 1]);
  });
});
