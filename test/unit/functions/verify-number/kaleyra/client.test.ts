import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import { failureOf, rawSample, settleDown, startRawKaleyra, write } from '../../../../support/raw-kaleyra.ts';
import { type RawRequest, rawAnswer, startRawServer } from '../../../../support/raw-server.ts';

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

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('a request to Kaleyra', () => {
  it('is the one of the documentation, and nothing more', async () => {
    const { server, verify } = await setUp(write(verified));
    expect(await verify()).toEqual({
      code: 'WA200',
      message: 'Request Processed Successfully',
      reference: '7654XXXXXXXXXX',
    });
    const [{ head, body }] = server.requests as [RawRequest];
    const [requestLine, ...headers] = head.split('\r\n');
    expect(requestLine).toBe('POST /v2/FAKESIDACME/whatsapp/109012345678901/number/verify HTTP/1.1');
    expect(headers.sort()).toEqual([
      'Connection: keep-alive',
      `Host: 127.0.0.1:${server.port}`,
      'accept: application/json',
      'api-key: fake-api-key-of-acme',
      'content-length: 68',
      'content-type: application/json',
    ]);
    expect(body).toBe('{"id":678997654123456,"phone_number":"+919765412345","otp":"671242"}');
  });

  it('names another host where the endpoint says so', async () => {
    const { server, verify } = await setUp(write(verified), { hostHeader: 'api.eu.kaleyra.io' });
    await verify();
    expect(server.requests[0]?.head).toMatch(/^host: api\.eu\.kaleyra\.io$/m);
  });

  it('goes over a kept-alive connection', async () => {
    const { server, verify } = await setUp(write(verified));
    for (let count = 0; count < 5; count += 1) await verify();
    expect([server.requests.length, server.connections]).toEqual([5, 1]);
  });

  it('leaves no listener behind on a connection', async () => {
    const { agent, verify } = await setUp(write(verified));
    const listeners = () =>
      Object.values(agent.freeSockets)
        .flatMap((sockets) => sockets ?? [])
        .map((socket) => socket.eventNames().map((name) => [name, socket.listenerCount(name)]));
    await verify();
    await verify();
    await settleDown();
    const before = listeners();
    expect(before).toHaveLength(1);
    for (let count = 0; count < 15; count += 1) await verify();
    await settleDown();
    expect(listeners()).toEqual(before);
  });
});

describe('the id', () => {
  it.each(['0', '7', '678997654123456', '9007199254740993', '12345678901234567890'])(
    '%s goes out as a bare number with these digits',
    async (id) => {
      const { server, verify } = await setUp(write(verified));
      await verify({ id });
      expect(server.requests.map(({ body }) => body)).toEqual([
        `{"id":${id},"phone_number":"+919765412345","otp":"671242"}`,
      ]);
    },
  );

  it.each(['00', '007', '0678997654123456'])(
    '%s, which is no JSON number, goes out as a string',
    async (id) => {
      const { server, verify } = await setUp(write(verified));
      await verify({ id });
      expect(server.requests.map(({ body }) => JSON.parse(body).id)).toEqual([id]);
    },
  );

  const ids = (requests: readonly RawRequest[]) =>
    requests.map(({ body }) => (/^\{"id":"/.test(body) ? 'string' : 'number'));

  it('goes out in the other form when the payload is rejected, and in the one that was taken from then on', async () => {
    const { server, verify } = await setUp((socket, { body }) => {
      socket.write(/"id":"/.test(body) ? verified : rawSample('payloadRejected'));
    });
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(ids(server.requests)).toEqual(['number', 'string', 'string']);
  });

  it('goes back to the first form when it is that one that is taken again', async () => {
    let takes = /"id":"/;
    const { server, verify } = await setUp((socket, { body }) => {
      socket.write(takes.test(body) ? verified : rawSample('payloadRejected'));
    });
    await verify();
    takes = /"id":\d/;
    await verify();
    await verify();
    expect(ids(server.requests)).toEqual(['number', 'string', 'string', 'number', 'number']);
  });

  it.each([
    ['otpRejected', 'OtpRejected'],
    ['phoneNumberRejected', 'PhoneNumberRejected'],
    ['alreadyApproved', 'AlreadyVerified'],
  ] as const)('was understood in a form that is answered with %s', async (sample, code) => {
    const { server, verify } = await setUp((socket, { body }) => {
      socket.write(rawSample(/"id":"/.test(body) ? sample : 'payloadRejected'));
    });
    expect(await failureOf(verify())).toHaveProperty('code', code);
    expect(await failureOf(verify())).toHaveProperty('code', code);
    expect(ids(server.requests)).toEqual(['number', 'string', 'string']);
  });

  it.each(['tryAgainLater', 'credentialsRejected', 'wabaNotFound'] as const)(
    'may or may not have been understood in a form that is answered with %s',
    async (sample) => {
      const { server, verify } = await setUp((socket, { body }) => {
        socket.write(rawSample(/"id":"/.test(body) ? sample : 'payloadRejected'));
      });
      await failureOf(verify());
      await failureOf(verify());
      expect(ids(server.requests)).toEqual(['number', 'string', 'number', 'string']);
    },
  );

  it('goes out twice and no more when both forms are rejected', async () => {
    const { server, verify } = await setUp(write(rawSample('payloadRejected')));
    expect(await failureOf(verify())).toMatchObject({
      code: 'PayloadRejected',
      kaleyra: { code: 'WA400', message: 'Refer to correct payload format' },
    });
    await failureOf(verify());
    expect(ids(server.requests)).toEqual(['number', 'string', 'number', 'string']);
  });

  it('with leading zeros has no other form', async () => {
    const { server, verify } = await setUp(write(rawSample('payloadRejected')));
    expect(await failureOf(verify({ id: '007' }))).toHaveProperty('code', 'PayloadRejected');
    expect(ids(server.requests)).toEqual(['string']);
  });

  it.each(
    Object.keys(pageSamples).filter((sample) => sample !== 'payloadRejected') as (keyof typeof pageSamples)[],
  )('goes out once when the answer is %s', async (sample) => {
    const { server, verify } = await setUp(write(rawSample(sample)));
    await verify().catch(() => {});
    expect(server.requests).toHaveLength(1);
  });
});

describe('an answer', () => {
  it.each([301, 302, 303, 307, 308])(
    'that redirects with %i is not followed, nor is the key sent there',
    async (status) => {
      const elsewhere = await startRawServer({ onRequest: write(verified) });
      cleanUps.push(() => elsewhere.close());
      const location = `http://127.0.0.1:${elsewhere.port}/`;
      const { verify } = await setUp(write(rawAnswer('', { location }, `${status} Moved`)));
      expect(await failureOf(verify())).toHaveProperty('code', 'UnexpectedResponse');
      expect(elsewhere.connections).toBe(0);
    },
  );

  const sized = (size: number) => {
    const [head, tail] = ['{"code":"WA200","message":"m","x":"', '"}'];
    return `${head}${'x'.repeat(size - head.length - tail.length)}${tail}`;
  };

  it('may have 64 KiB', async () => {
    const { verify } = await setUp(write(rawAnswer(sized(65_536))));
    expect(await verify()).toEqual({ code: 'WA200', message: 'm' });
  });

  it('may not have a byte more, and its connection is given up', async () => {
    const { server, verify } = await setUp(write(rawAnswer(sized(65_537))));
    expect(await failureOf(verify())).toMatchObject({
      code: 'UnexpectedResponse',
      message: "Kaleyra's answer (HTTP 200) is larger than 65536 bytes.",
    });
    await failureOf(verify());
    expect(server.connections).toBe(2);
  });

  it('that never ends is read no further', async () => {
    const ended = Promise.withResolvers<void>();
    const { verify } = await setUp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = () => {
        while (socket.writable && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
      };
      socket.on('drain', more).once('close', () => ended.resolve());
      more();
    });
    expect(await failureOf(verify())).toHaveProperty('code', 'UnexpectedResponse');
    await ended.promise;
  });

  it('may come in chunks, and in as many pieces as it has bytes', async () => {
    const body = JSON.stringify(pageSamples.success);
    const chunked = [...body].map((byte) => `1\r\n${byte}\r\n`).join('');
    const { verify } = await setUp((socket) => {
      socket.setNoDelay(true);
      for (const byte of `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunked}0\r\n\r\n`)
        socket.write(byte);
    });
    expect(await verify()).toHaveProperty('code', 'WA200');
  });

  it('may end with the connection', async () => {
    const { verify } = await setUp((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\n\r\n${JSON.stringify(pageSamples.success)}`);
    });
    expect(await verify()).toHaveProperty('code', 'WA200');
  });

  it('may be announced: 100 and 103 come before it', async () => {
    const announced = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n';
    const { verify } = await setUp(write(announced + verified));
    expect(await verify()).toHaveProperty('code', 'WA200');
  });

  it('passes on when to try again', async () => {
    const { verify } = await setUp(write(rawAnswer('', { 'retry-after': '7' }, '429 Too Many Requests')));
    expect(await failureOf(verify())).toMatchObject({ code: 'RateLimited', retryAfterSeconds: 7 });
  });

  it('never repeats key, password or phone number', async () => {
    const echo = 'api-key fake-api-key-of-acme, OTP 671242, number +919765412345 or 919765412345';
    const { verify } = await setUp(write(rawAnswer(JSON.stringify({ code: 'WA999', message: echo }))));
    const { message, kaleyra } = await failureOf(verify());
    expect(message).toBe('api-key [redacted], OTP [redacted], number [redacted] or [redacted]');
    expect(kaleyra?.message).toBe(message);
  });
});

describe('the deadline', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['is silent', () => {}],
    ['sends endless headers', write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(5000)}`)],
    ['sends headers and then nothing', write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n')],
    ['sends half an answer', write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"cod')],
    ['announces and announces', write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(3))],
    [
      'drips',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n');
        const timer = setInterval(() => socket.write(' '), 5);
        socket.once('close', () => clearInterval(timer));
      },
    ],
  ])(
    'ends a call to a Kaleyra that %s: what came of it is not known, and it is not repeated',
    async (_name, behave) => {
      const { server, verify } = await setUp(behave);
      expect(await failureOf(verify({}, 60))).toMatchObject({
        code: 'OutcomeUnknown',
        message: 'Kaleyra gave no whole answer (timed out). The number may be verified.',
      });
      expect([server.requests.length, server.connections]).toEqual([1, 1]);
    },
  );

  it('gives the connection up, so that a late answer is nobody else’s', async () => {
    const { server, verify } = await setUp((socket, _request, count) => {
      if (count === 1) setTimeout(() => socket.write(rawAnswer('{"code":"WA200","message":"late"}')), 200);
      else socket.write(verified);
    });
    await failureOf(verify({}, 100));
    expect(await verify()).toHaveProperty('message', 'Request Processed Successfully');
    expect(server.connections).toBe(2);
  });

  it('leaves neither connection nor timer behind, whether it passed or not', async () => {
    const ended = Promise.withResolvers<void>();
    const { verify } = await setUp((socket, _request, count) => {
      if (count === 1) socket.once('close', () => ended.resolve());
      else socket.write(verified);
    });
    const before = timers();
    await failureOf(verify({}, 100));
    await ended.promise;
    for (let count = 0; count < 20; count += 1) await verify();
    // Others may come and go meanwhile; one for each request would be twenty.
    expect(timers() - before).toBeLessThan(10);
  });

  it('leaves no timer behind where the connection broke long before it', async () => {
    const { verify } = await setUp((socket) => socket.resetAndDestroy());
    const before = timers();
    for (let count = 0; count < 20; count += 1) await failureOf(verify());
    expect(timers() - before).toBeLessThan(10);
  });

  it('is one for both forms of id', async () => {
    const { server, verify } = await setUp((socket, _request, count) => {
      if (count === 1) socket.write(rawSample('payloadRejected'));
    });
    expect(await failureOf(verify({}, 80))).toHaveProperty('code', 'OutcomeUnknown');
    expect(server.requests).toHaveLength(2);
  });

  it.each([0, -1000])(
    'that has passed %i ms ago lets nothing be sent, over a warm connection neither',
    async (withinMs) => {
      const { server, verify } = await setUp(write(verified));
      await verify();
      expect(await failureOf(verify({}, withinMs))).toMatchObject({
        code: 'KaleyraUnavailable',
        message: 'Kaleyra could not be reached (timed out). Nothing was sent.',
      });
      await settleDown();
      expect(server.requests).toHaveLength(1);
    },
  );
});
