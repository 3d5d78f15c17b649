import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { otherSamples, pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';
import { getFailure, type OnRequest, rawSample, verified, write } from '../../../../support/raw-kaleyra.ts';
import { toRawResponse } from '../../../../support/raw-server.ts';
import { useRawKaleyra } from '../../../../support/use-raw-kaleyra.ts';

const timers = useManualTimers();
const { setUp } = useRawKaleyra();

/** Leaves dead connections in the agent. `respond` handles the requests on all other connections. */
const leaveDeadConnections = async (
  count: number,
  die: (socket: Socket) => void,
  respond: OnRequest = write(verified),
) => {
  const { promise: allArrived, resolve: release } = Promise.withResolvers<void>();
  const kaleyra = await setUp((socket, request, number) => {
    if (number === count) release();
    if (number <= count) void allArrived.then(() => socket.write(verified));
    else if (request.connection <= count) die(socket);
    else respond(socket, request, number);
  });
  await Promise.all(Array.from({ length: count }, () => kaleyra.verify()));
  expect(kaleyra.server.connections).toBe(count);
  await kaleyra.settle();
  return kaleyra;
};

const reset = (socket: Socket): void => {
  socket.resetAndDestroy();
};

describe('a dead kept-alive connection', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['reset', reset],
    ['closed', (socket) => socket.end()],
  ])('that is %s before any byte of a response leads to one repeat', async (_name, die) => {
    const { server, verify } = await leaveDeadConnections(1, die);
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.requests.length, server.connections]).toEqual([3, 2]);
  });

  it('leads to a repeat on a new connection, not on another kept-alive one', async () => {
    const { server, verify } = await leaveDeadConnections(5, reset);
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect([server.requests.length, server.connections]).toEqual([7, 6]);
  });

  it('leads to one repeat for each of many concurrent requests', async () => {
    const { verify } = await leaveDeadConnections(20, reset);
    const all = await Promise.all(Array.from({ length: 20 }, () => verify()));
    expect(new Set(all.map(({ code }) => code))).toEqual(new Set(['WA200']));
  });

  it('leaves the outcome unknown if the repeat dies too', async () => {
    const { server, verify } = await leaveDeadConnections(1, reset, reset);
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect(server.requests).toHaveLength(3);
  });

  it('leaves the outcome unknown if the repeat cannot connect', async () => {
    const { server, countLookups, verify } = await setUp(
      (socket, _request, count) => (count === 1 ? socket.write(verified) : reset(socket)),
      { lookups: ['found', 'gone'] },
    );
    await verify();
    expect(await getFailure(verify())).toMatchObject({ code: 'OutcomeUnknown', reason: 'ECONNRESET' });
    expect([server.requests.length, countLookups()]).toEqual([2, 2]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['one byte of a response', (socket) => socket.write('H', () => socket.resetAndDestroy())],
    ['half a response', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod')],
    ['an interim response', (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n')],
  ])('leaves the outcome unknown after %s, without a repeat', async (_name, die) => {
    const { server, verify } = await leaveDeadConnections(1, die);
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([2, 1]);
  });

  it('leaves the outcome unknown if it is silent, without a repeat', async () => {
    const { server, verify } = await leaveDeadConnections(1, () => timers.expire());
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect([server.requests.length, server.connections]).toEqual([2, 1]);
  });
});

describe('the repeat after a dead kept-alive connection', () => {
  const respond = (envelope: object, status = '200 OK') =>
    leaveDeadConnections(1, reset, write(toRawResponse(JSON.stringify(envelope), {}, status)));

  it("succeeds without a reference if Kaleyra responds 'already approved'", async () => {
    const { server, verify } = await respond({ ...pageSamples.alreadyApproved, data: '7654' }, '500 X');
    expect(await verify()).toEqual({
      code: 'WA500',
      httpStatus: 500,
      message: 'wa phone number already approved',
    });
    expect(server.requests).toHaveLength(3);
  });

  it('does not remember the form of id after such a success', async () => {
    const { server, verify } = await setUp((socket, { body, connection }) => {
      if (!body.includes('"id":"')) socket.write(rawSample('payloadRejected'));
      else if (connection === 1) reset(socket);
      else socket.write(rawSample('alreadyApproved'));
    });
    expect(await verify()).toHaveProperty('code', 'WA500');
    expect(await getFailure(verify())).toHaveProperty('code', 'AlreadyVerified');
    const isString = server.requests.map(({ body }) => body.includes('"id":"'));
    expect(isString).toEqual([false, true, true, false, true]);
  });

  it.each([
    [{ code: 'WA429', message: 'slow down' }, '429 X'],
    [{ code: 'WA999', message: 'x' }, '429 X'],
    [otherSamples.dailyLimitReached, '200 OK'],
    [otherSamples.insufficientBalance, '200 OK'],
  ])('leaves the outcome unknown if Kaleyra responds %j', async (envelope, status) => {
    const { verify } = await respond(envelope, status);
    const failure = await getFailure(verify());
    expect(failure).toMatchObject({ code: 'OutcomeUnknown', reason: 'ECONNRESET' });
    expect(failure).not.toHaveProperty('kaleyra');
    expect(failure).not.toHaveProperty('retryAfterSeconds');
  });

  it.each([
    ['OtpRejected', pageSamples.otpRejected],
    ['KaleyraFailed', pageSamples.tryAgainLater],
    ['CredentialsRejected', pageSamples.credentialsRejected],
    ['WabaNotFound', pageSamples.wabaNotFound],
    ['PhoneNumberRejected', pageSamples.phoneNumberRejected],
    ['AccountNotAuthorized', otherSamples.accountNotAuthorized],
    ['RequestRejected', otherSamples.requestRejected],
    ['UnexpectedResponse', otherSamples.unknownCode],
  ])('fails with %s if that is its result', async (code, envelope) => {
    const { server, verify } = await respond(envelope);
    expect(await getFailure(verify())).toMatchObject({ code, kaleyra: { code: envelope.code } });
    expect(server.requests).toHaveLength(3);
  });

  it('is followed by the other form of id if the payload is rejected', async () => {
    const { server, verify } = await leaveDeadConnections(1, reset, (socket, { body }) =>
      socket.write(rawSample(body.includes('"id":"') ? 'alreadyApproved' : 'payloadRejected')),
    );
    // Kaleyra rejects the number, so the lost request with the number cannot have verified anything.
    expect(await getFailure(verify())).toHaveProperty('code', 'AlreadyVerified');
    expect(server.requests).toHaveLength(4);
  });
});

describe('an idle kept-alive connection', () => {
  it('is used for less than 15 seconds by the wall clock', async () => {
    const { server, clock, settle, verify } = await setUp(write(verified));
    const connections: number[] = [];
    for (const idleMs of [0, 14_999, 15_000, 0]) {
      await settle();
      clock.pass(idleMs);
      await verify();
      connections.push(server.connections);
    }
    expect(connections).toEqual([1, 1, 2, 2]);
  });

  const unsolicited = toRawResponse('{"code":"WA200","message":"unsolicited"}');

  it.each<[string, (kaleyra: Awaited<ReturnType<typeof setUp>>, socket: Socket) => Promise<unknown>]>([
    [
      'is closed if it receives a response that no request waits for',
      async ({ sockets }, socket) => {
        socket.write(unsolicited);
        if (sockets[0]?.closed === false) await once(sockets[0], 'close');
      },
    ],
    [
      'is checked for such a response before it is used',
      // As if Lambda had frozen the process: the next turn of the event loop delivers the bytes.
      async ({ sockets }) => setImmediate(() => sockets[0]?.emit('data', Buffer.from(unsolicited))),
    ],
  ])('%s', async (_name, disturb) => {
    const accepted: Socket[] = [];
    const kaleyra = await setUp((socket) => {
      accepted.push(socket);
      socket.write(verified);
    });
    await kaleyra.verify();
    await kaleyra.settle();
    await disturb(kaleyra, accepted[0] as Socket);
    expect(await kaleyra.verify()).toHaveProperty('message', 'Request Processed Successfully');
    expect(kaleyra.server.connections).toBe(2);
  });

  it('is closed if such a response follows the expected one', async () => {
    const { settle, verify } = await setUp(write(verified + unsolicited));
    for (let count = 0; count < 3; count += 1) {
      expect(await verify()).toHaveProperty('message', 'Request Processed Successfully');
      await settle();
    }
  });
});
