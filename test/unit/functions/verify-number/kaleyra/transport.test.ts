import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import { useManualTimers } from '../../../../support/manual-timers.ts';
import {
  getFailure,
  type OnRequest,
  rawSample,
  until,
  verified,
  write,
} from '../../../../support/raw-kaleyra.ts';
import { startRawServer, toRawResponse } from '../../../../support/raw-server.ts';
import { useRawKaleyra } from '../../../../support/use-raw-kaleyra.ts';

const envelope = JSON.stringify(pageSamples.success);

const timers = useManualTimers();
const { cleanUps, setUp } = useRawKaleyra();

describe('an exchange with Kaleyra', () => {
  it.each([301, 302, 303, 307, 308])('does not follow a redirect with HTTP %i', async (status) => {
    const elsewhere = await startRawServer({ onRequest: write(verified) });
    cleanUps.push(() => elsewhere.close());
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    const { verify } = await setUp(write(toRawResponse('', { location }, `${status} Moved`)));
    expect(await getFailure(verify())).toMatchObject({ code: 'UnexpectedResponse', reason: 'redirect' });
    expect(elsewhere.connections).toBe(0);
  });

  it.each([
    ['in pieces of one byte', `HTTP/1.1 200 OK\r\ncontent-length: ${envelope.length}\r\n\r\n${envelope}`],
    [
      'in chunks',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${[...envelope].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`,
    ],
    ['after 100 Continue', `HTTP/1.1 100 Continue\r\n\r\n${verified}`],
    ['after 103 Early Hints', `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${verified}`],
  ])('reads a response that comes %s', async (_name, bytes) => {
    const { verify } = await setUp((socket) => {
      socket.setNoDelay(true);
      for (const byte of bytes) socket.write(byte);
    });
    expect(await verify()).toHaveProperty('code', 'WA200');
  });

  it('reads a response that ends with the connection', async () => {
    const { verify } = await setUp((socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${envelope}`));
    expect(await verify()).toHaveProperty('code', 'WA200');
  });

  it('accepts a 204, which has no length and no body, as complete', async () => {
    const { verify } = await setUp(write('HTTP/1.1 204 No Content\r\n\r\n'));
    expect(await getFailure(verify())).toMatchObject({
      code: 'UnexpectedResponse',
      reason: 'not_an_envelope',
    });
  });

  it('passes Retry-After on', async () => {
    const { verify } = await setUp(write(toRawResponse('', { 'retry-after': '7' }, '429 Too Many Requests')));
    expect(await getFailure(verify())).toMatchObject({ code: 'RateLimited', retryAfterSeconds: 7 });
  });
});

describe('an exchange with Kaleyra, for a response that is cut short', () => {
  it.each([
    ['by its length', `HTTP/1.1 200 OK\r\ncontent-length: ${envelope.length}\r\n\r\n`, envelope.slice(0, -1)],
    ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', `ff\r\n${envelope}`],
    [
      'between chunks',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      `${envelope.length.toString(16)}\r\n${envelope}\r\n`,
    ],
    ['without a declared length', 'HTTP/1.1 200 OK\r\n\r\n', envelope.slice(0, -1)],
    ['without a declared length, before the first byte', 'HTTP/1.1 200 OK\r\n\r\n', ''],
    ['without a declared length, in an error', 'HTTP/1.1 401 Unauthorized\r\n\r\n', '{"code":"WA4'],
    ['without a declared length, by HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n', '{"code":"WA200"'],
  ])('fails with OutcomeUnknown, %s', async (_name, head, body) => {
    const { server, verify } = await setUp((socket) => socket.end(head + body));
    expect(await getFailure(verify())).toMatchObject({
      code: 'OutcomeUnknown',
      reason: 'response_cut_short',
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an exchange with Kaleyra, for a complete response that is not complete JSON', () => {
  const text = '{"code":"WA4';

  it.each([
    ['with its length', `content-length: ${text.length}\r\n\r\n${text}`],
    ['in chunks', `transfer-encoding: chunked\r\n\r\nc\r\n${text}\r\n0\r\n\r\n`],
  ])('fails with UnexpectedResponse, %s', async (_name, rest) => {
    const { verify } = await setUp((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
    expect(await getFailure(verify())).toMatchObject({
      code: 'UnexpectedResponse',
      reason: 'not_an_envelope',
    });
  });
});

describe('an exchange with Kaleyra, for a large response', () => {
  const fillEnvelope = (size: number) => {
    const [start, end] = ['{"code":"WA200","message":"m","x":"', '"}'];
    return `${start}${'x'.repeat(size - start.length - end.length)}${end}`;
  };

  it('reads 64 KiB', async () => {
    const { verify } = await setUp(write(toRawResponse(fillEnvelope(65_536))));
    expect(await verify()).toEqual({ code: 'WA200', httpStatus: 200, message: 'm' });
  });

  it('rejects one byte more and closes the connection', async () => {
    const { server, verify } = await setUp(write(toRawResponse(fillEnvelope(65_537))));
    expect(await getFailure(verify())).toMatchObject({
      code: 'UnexpectedResponse',
      reason: 'too_large',
      kaleyraHttpStatus: 200,
      message: "Kaleyra's response (HTTP 200) is larger than 65536 bytes. The number may be verified.",
    });
    await getFailure(verify());
    expect(server.connections).toBe(2);
  });

  it('stops reading a response that never ends', async () => {
    const ended = Promise.withResolvers<void>();
    const { verify } = await setUp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const writeMore = () => {
        while (socket.writable && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
      };
      socket.on('drain', writeMore).once('close', () => ended.resolve());
      writeMore();
    });
    expect(await getFailure(verify())).toHaveProperty('code', 'UnexpectedResponse');
    await ended.promise;
  });
});

describe('the deadline of an exchange with Kaleyra', () => {
  it.each([
    ['is silent', ''],
    ['sends endless headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(1000)}`],
    ['sends headers and no body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'],
    ['sends half a response', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod'],
    ['sends interim responses', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3)],
  ])('ends a request to a Kaleyra that %s, without a repeat', async (_name, text) => {
    const { server, sockets, verify } = await setUp(write(text));
    const failure = getFailure(verify({}, 5000));
    await until(() => server.requests.length === 1 && sockets[0]?.bytesRead === text.length);
    expect(timers.getPending()).toEqual([expect.any(Number)]);
    expect(timers.getPending()[0]).toBeLessThanOrEqual(5000);
    timers.expire();
    expect(await failure).toMatchObject({
      code: 'OutcomeUnknown',
      reason: 'timeout',
      message:
        'Kaleyra did not return a complete response (timeout). The number may be verified. Send the request again.',
    });
    await until(() => sockets[0]?.closed === true);
    expect([server.requests.length, server.connections]).toEqual([1, 1]);
  });

  it('closes the connection, so that the next request does not get a late response', async () => {
    let first: Socket | undefined;
    const { server, verify } = await setUp((socket, _request, count) => {
      if (count > 1) socket.write(verified);
      else {
        first = socket;
        timers.expire();
      }
    });
    await getFailure(verify());
    first?.write(toRawResponse('{"code":"WA200","message":"late"}'));
    expect(await verify()).toHaveProperty('message', 'Request Processed Successfully');
    expect(server.connections).toBe(2);
  });

  it.each<[string, OnRequest]>([
    ['a response', write(verified)],
    ['a broken connection', (socket) => socket.resetAndDestroy()],
  ])('leaves no timer after %s', async (_name, behave) => {
    const { verify } = await setUp(behave);
    await verify().catch(() => {});
    expect(timers.getPending()).toEqual([]);
  });

  it('ends the exchange with the other form of id', async () => {
    const { server, verify } = await setUp((socket, _request, count) => {
      if (count === 1) socket.write(rawSample('payloadRejected'));
      else timers.expire();
    });
    expect(await getFailure(verify())).toHaveProperty('code', 'OutcomeUnknown');
    expect(server.requests).toHaveLength(2);
  });

  it.each([0, -1000])(
    'prevents sending if it is %i ms away, also on a kept-alive connection',
    async (withinMs) => {
      const { server, verify } = await setUp(write(verified));
      await verify();
      expect(await getFailure(verify({}, withinMs))).toMatchObject({
        code: 'KaleyraUnavailable',
        reason: 'timeout',
        message: 'Kaleyra cannot be reached (timeout). Nothing was sent. Try again later.',
      });
      await verify();
      expect(server.requests).toHaveLength(2);
    },
  );
});
