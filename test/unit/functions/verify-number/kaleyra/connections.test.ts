import { Agent as HttpAgent } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createKaleyraClient } from '../../../../../functions/verify-number/kaleyra/client.ts';
import { sampleCommand } from '../../../../support/events.ts';
import { failureOf, rawSample, settleDown, startRawKaleyra, write } from '../../../../support/raw-kaleyra.ts';
import { rawAnswer, startRawServer } from '../../../../support/raw-server.ts';
import { sampleCredentials } from '../../../../support/test-handler.ts';

const verified = rawSample('success');

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Given = Parameters<typeof startRawKaleyra>[0];

const setUp = async (onRequest: NonNullable<Given['onRequest']>, given: Given = {}) => {
  const kaleyra = await startRawKaleyra({ ...given, onRequest });
  cleanUps.push(kaleyra.close);
  return kaleyra;
};

describe('a new connection', () => {
  const unreachable = async (lookup: (...given: never[]) => void) => {
    const agent = new HttpAgent({ keepAlive: true, lookup } as never);
    cleanUps.push(() => agent.destroy());
    const client = createKaleyraClient({ protocol: 'http:', hostname: 'kaleyra.invalid', agent });
    return failureOf(client.verify(sampleCommand, sampleCredentials, performance.now() + 10_000));
  };

  it('that is refused is tried once more, and then nothing was sent', async () => {
    const server = await startRawServer({});
    await server.close();
    let lookups = 0;
    const agent = new HttpAgent({
      lookup: (_name: string, _options: object, done: (error: null, all: object[]) => void) => {
        lookups += 1;
        done(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    } as never);
    cleanUps.push(() => agent.destroy());
    const endpoint = { protocol: 'http:', hostname: 'kaleyra.invalid', port: server.port, agent } as const;
    const client = createKaleyraClient(endpoint);
    const failure = await failureOf(
      client.verify(sampleCommand, sampleCredentials, performance.now() + 10_000),
    );
    expect(failure).toMatchObject({
      code: 'KaleyraUnavailable',
      message: 'Kaleyra could not be reached (ECONNREFUSED). Nothing was sent.',
    });
    expect(lookups).toBe(2);
  });

  it('to a host that has no address is tried once more, and then nothing was sent', async () => {
    let lookups = 0;
    const failure = await unreachable((_name: never, _options: never, done: never) => {
      lookups += 1;
      (done as (error: Error) => void)(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }));
    });
    expect(failure).toMatchObject({
      code: 'KaleyraUnavailable',
      message: 'Kaleyra could not be reached (ENOTFOUND). Nothing was sent.',
      retryAfterSeconds: 60,
    });
    expect(lookups).toBe(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is reset once the request was read', (socket) => socket.resetAndDestroy()],
    ['is closed once the request was read', (socket) => socket.end()],
    ['is reset within the answer', (socket) => socket.write('HTTP/1.1 2', () => socket.resetAndDestroy())],
    ['is closed within the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
    [
      'is closed within the body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod'),
    ],
    [
      'is closed within a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"c'),
    ],
    ['brings no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['brings huge headers', (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`)],
    [
      'changes its protocol',
      write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
  ])('that %s leaves the outcome unknown, and the request is not repeated', async (_name, behave) => {
    const { server, verify } = await setUp(behave);
    const failure = await failureOf(verify());
    expect(failure).toHaveProperty('code', 'OutcomeUnknown');
    expect(failure.message).toMatch(
      /^Kaleyra gave no whole answer \([\w ]+\)\. The number may be verified\.$/,
    );
    expect([server.requests.length, server.connections]).toEqual([1, 1]);
  });

  it('that is reset before anything is read leaves the outcome unknown, and the request is not repeated', async () => {
    const { server, verify } = await setUp(() => {}, {
      onConnection: (socket) => {
        socket.pause();
        // Not at once: before the client has seen the connection come about, it would count as refused.
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
    });
    expect(await failureOf(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([0, 1]);
  });
});

/** A client of a name that is found, or is gone, each time that it is looked up. */
const withNames = async (
  names: readonly ('found' | 'gone')[],
  behave: (socket: Socket, count: number) => void,
) => {
  const server = await startRawServer({ onRequest: (socket) => behave(socket, server.requests.length) });
  let lookups = 0;
  const agent = new HttpAgent({
    keepAlive: true,
    lookup: (_name: string, _options: object, done: (error: Error | null, all?: object[]) => void) => {
      lookups += 1;
      if (names[lookups - 1] === 'found') done(null, [{ address: '127.0.0.1', family: 4 }]);
      else done(Object.assign(new Error('gone'), { code: 'ENOTFOUND' }));
    },
  } as never);
  cleanUps.push(
    () => agent.destroy(),
    () => server.close(),
  );
  const endpoint = { protocol: 'http:', hostname: 'kaleyra.invalid', port: server.port, agent } as const;
  const client = createKaleyraClient(endpoint);
  return {
    server,
    lookups: () => lookups,
    verify: () => client.verify(sampleCommand, sampleCredentials, performance.now() + 10_000),
  };
};

describe('a connection that comes about the second time', () => {
  it('is all that the outcome depends on', async () => {
    const { verify, lookups } = await withNames(['gone', 'found'], (socket) => socket.write(verified));
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(lookups()).toBe(2);
  });

  it('leaves the outcome unknown where it dies with the request', async () => {
    const { server, verify } = await withNames(['gone', 'found'], (socket) => socket.resetAndDestroy());
    expect(await failureOf(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect(server.requests).toHaveLength(1);
  });
});

describe('a kept-alive connection', () => {
  /** Leaves connections behind that are dead, though nobody has noticed yet. */
  const withDead = async (count: number, die: (socket: Socket) => void) => {
    const { promise: allThere, resolve: release } = Promise.withResolvers<void>();
    const setting = await setUp((socket, { connection }, number) => {
      if (number === count) release();
      if (number <= count) void allThere.then(() => socket.write(verified));
      else if (connection <= count) die(socket);
      else socket.write(verified);
    });
    await Promise.all(Array.from({ length: count }, () => setting.verify()));
    expect(setting.server.connections).toBe(count);
    await settleDown();
    return setting;
  };

  it.each<[string, (socket: Socket) => void]>([
    ['reset', (socket) => socket.resetAndDestroy()],
    ['closed', (socket) => socket.end()],
  ])(
    'that turns out %s before a byte of an answer is no harm: the request is sent again',
    async (_name, die) => {
      const { server, verify } = await withDead(1, die);
      expect(await verify()).toHaveProperty('code', 'WA200');
      expect([server.requests.length, server.connections]).toEqual([3, 2]);
    },
  );

  it('is not followed by another one that may be as dead: the request is sent again over a new one', async () => {
    const { server, verify } = await withDead(5, (socket) => socket.resetAndDestroy());
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.requests.length, server.connections]).toEqual([7, 6]);
  });

  it('may be dead for many requests at once', async () => {
    const { verify } = await withDead(20, (socket) => socket.resetAndDestroy());
    const all = await Promise.all(Array.from({ length: 20 }, () => verify()));
    expect(new Set(all.map(({ code }) => code))).toEqual(new Set(['WA200']));
  });

  it('is not given a second chance', async () => {
    const { server, verify } = await setUp((socket, _request, count) => {
      if (count === 1) socket.write(verified);
      else socket.resetAndDestroy();
    });
    await verify();
    expect(await failureOf(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect(server.requests).toHaveLength(3);
  });

  it('leaves the outcome unknown where it had read the request and no other comes about', async () => {
    const { server, verify, lookups } = await withNames(['found', 'gone'], (socket, count) => {
      if (count === 1) socket.write(verified);
      else socket.resetAndDestroy();
    });
    await verify();
    expect(await failureOf(verify())).toMatchObject({
      code: 'OutcomeUnknown',
      message: 'Kaleyra gave no whole answer (ECONNRESET). The number may be verified.',
    });
    expect([server.requests.length, lookups()]).toEqual([2, 2]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['one byte of an answer', (socket) => socket.write('H', () => socket.resetAndDestroy())],
    ['half an answer', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod')],
    ['an announcement', (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n')],
  ])('that dies after %s leaves the outcome unknown, and the request is not repeated', async (_name, die) => {
    const { server, verify } = await withDead(1, die);
    expect(await failureOf(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([2, 1]);
  });

  it('that is silent leaves the outcome unknown, and the request is not repeated', async () => {
    const { server, verify } = await withDead(1, () => {});
    expect(await failureOf(verify({}, 60))).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([2, 1]);
  });

  it('is used for up to fifteen seconds of idleness by the wall clock, and then no more', async () => {
    const { server, clock, verify } = await setUp(write(verified));
    await verify();
    await settleDown();
    clock.pass(14_999);
    await verify();
    expect(server.connections).toBe(1);
    await settleDown();
    clock.pass(15_000);
    await verify();
    expect(server.connections).toBe(2);
    await verify();
    expect(server.connections).toBe(2);
  });

  it('brings nobody an answer that nobody asked for', async () => {
    const evil = rawAnswer('{"code":"WA200","message":"not asked for"}');
    const { verify } = await setUp((socket, { body }) => {
      socket.write(verified + evil);
      if (body.includes('111111')) setTimeout(() => socket.write(evil), 5);
    });
    for (const otp of ['111111', '222222', '111111', '222222']) {
      expect(await verify({ otp })).toHaveProperty('message', 'Request Processed Successfully');
      await settleDown();
    }
  });

  it('is looked at first: what came while nobody read is not taken for the next answer', async () => {
    const evil = rawAnswer('{"code":"WA200","message":"not asked for"}');
    const sockets = new Set<Socket>();
    const { server, verify } = await setUp((socket) => {
      sockets.add(socket);
      socket.write(verified);
    });
    await verify();
    await settleDown();
    // As if Lambda had had the process frozen: the bytes are there, and no turn of the event loop has been.
    for (const socket of sockets) socket.write(evil);
    expect(await verify()).toHaveProperty('message', 'Request Processed Successfully');
    expect(server.connections).toBe(2);
  });
});
