import { describe, expect, it } from '@jest/globals';
import { pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import { getFailure, rawSample, verified, write } from '../../../../support/raw-kaleyra.ts';
import type { RawRequest } from '../../../../support/raw-server.ts';
import { useRawKaleyra } from '../../../../support/use-raw-kaleyra.ts';

const { setUp } = useRawKaleyra();

describe('the Kaleyra client', () => {
  it('sends the documented request and nothing else', async () => {
    const { server, verify } = await setUp(write(verified));
    expect(await verify()).toEqual({
      code: 'WA200',
      httpStatus: 200,
      message: 'Request Processed Successfully',
      reference: '7654XXXXXXXXXX',
    });
    const [{ head, body }] = server.requests as [RawRequest];
    const [requestLine, ...headers] = head.split('\r\n');
    expect(requestLine).toBe('POST /v2/FAKESIDACME/whatsapp/109012345678901/number/verify HTTP/1.1');
    expect(headers.sort()).toEqual([
      'Connection: keep-alive',
      `Host: api.in.kaleyra.io:${server.port}`,
      'accept: application/json',
      'api-key: fake-api-key-of-acme',
      'content-length: 68',
      'content-type: application/json',
    ]);
    expect(body).toBe('{"id":678997654123456,"phone_number":"+919765412345","otp":"671242"}');
  });

  it('uses one kept-alive connection for consecutive requests, and leaves no listeners on it', async () => {
    const { agent, server, settle, verify } = await setUp(write(verified));
    const countListeners = () =>
      Object.values(agent.freeSockets)
        .flatMap((sockets) => sockets ?? [])
        .map((socket) => socket.eventNames().map((name) => [name, socket.listenerCount(name)]));
    await verify();
    await verify();
    await settle();
    const before = countListeners();
    expect(before).toHaveLength(1);
    for (let count = 0; count < 15; count += 1) await verify();
    await settle();
    expect(countListeners()).toEqual(before);
    expect([server.requests.length, server.connections]).toEqual([17, 1]);
  });
});

describe('the Kaleyra client, for the id', () => {
  const getForms = (requests: readonly RawRequest[]) =>
    requests.map(({ body }) => (/^\{"id":"/.test(body) ? 'string' : 'number'));

  /** A Kaleyra that accepts one form of `id`, and responds to it with the sample. */
  const setUpForm = (form: () => 'number' | 'string', sample: keyof typeof pageSamples = 'success') =>
    setUp((socket, request) => {
      const isAccepted = getForms([request])[0] === form();
      socket.write(isAccepted ? rawSample(sample) : rawSample('payloadRejected'));
    });

  it.each(['0', '7', '678997654123456', '9007199254740993', '12345678901234567890'])(
    'sends %s as a number with the same digits',
    async (id) => {
      const { server, verify } = await setUp(write(verified));
      await verify({ id });
      expect(server.requests.map(({ body }) => body)).toEqual([
        `{"id":${id},"phone_number":"+919765412345","otp":"671242"}`,
      ]);
    },
  );

  it.each(['00', '007', '0678997654123456'])(
    'sends %s, which is not a JSON number, as a string',
    async (id) => {
      const { server, verify } = await setUp(write(verified));
      await verify({ id });
      expect(server.requests.map(({ body }) => JSON.parse(body).id)).toEqual([id]);
    },
  );

  it('sends the other form if the payload is rejected, and begins with the accepted form from then on', async () => {
    const { server, verify } = await setUpForm(() => 'string');
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(await verify()).toHaveProperty('code', 'WA200');
    expect(getForms(server.requests)).toEqual(['number', 'string', 'string']);
  });

  it('returns to the first form if that one is accepted again', async () => {
    let form: 'number' | 'string' = 'string';
    const { server, verify } = await setUpForm(() => form);
    await verify();
    form = 'number';
    await verify();
    await verify();
    expect(getForms(server.requests)).toEqual(['number', 'string', 'string', 'number', 'number']);
  });

  const otherNames = (Object.keys(pageSamples) as (keyof typeof pageSamples)[]).filter(
    (sample) => sample !== 'success' && sample !== 'payloadRejected',
  );

  it.each(otherNames)('does not remember a form whose response is %s', async (sample) => {
    const { server, verify } = await setUpForm(() => 'string', sample);
    await getFailure(verify());
    await getFailure(verify());
    expect(getForms(server.requests)).toEqual(['number', 'string', 'number', 'string']);
  });

  it.each([...otherNames, 'success'] as const)('sends one form if the response is %s', async (sample) => {
    const { server, verify } = await setUp(write(rawSample(sample)));
    await verify().catch(() => {});
    expect(server.requests).toHaveLength(1);
  });

  it('does not remember the form of an id that has no other', async () => {
    const { server, verify } = await setUp(write(verified));
    await verify({ id: '007' });
    await verify();
    expect(getForms(server.requests)).toEqual(['string', 'number']);
  });

  it('sends each form once if both are rejected', async () => {
    const { server, verify } = await setUp(write(rawSample('payloadRejected')));
    expect(await getFailure(verify())).toMatchObject({
      code: 'PayloadRejected',
      kaleyra: { code: 'WA400', message: 'Refer to correct payload format' },
    });
    await getFailure(verify());
    expect(getForms(server.requests)).toEqual(['number', 'string', 'number', 'string']);
  });

  it('sends an id with leading zeros once', async () => {
    const { server, verify } = await setUp(write(rawSample('payloadRejected')));
    expect(await getFailure(verify({ id: '007' }))).toHaveProperty('code', 'PayloadRejected');
    expect(getForms(server.requests)).toEqual(['string']);
  });
});
