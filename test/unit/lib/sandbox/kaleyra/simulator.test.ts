import { request as requestHttps } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { apiDomains, pods } from '../../../../../functions/verify-number/kaleyra/pods.ts';
import { pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import {
  type KaleyraAccount,
  type KaleyraSimulator,
  type SimulatedRequest,
  startKaleyraSimulator,
} from '../../../../../lib/sandbox/kaleyra/simulator.ts';
import { createCertificateAuthority } from '../../../../support/certificates.ts';
import { rawRequest, sendRaw } from '../../../../support/raw-request.ts';

const path = '/v2/FAKESID/whatsapp/109012345678901/number/verify';
const payload = '{"id":678997654123456,"phone_number":"+919765412345","otp":"671242"}';

const accounts: KaleyraAccount[] = [];
let requests: SimulatedRequest[] = [];
let simulator: KaleyraSimulator;

beforeAll(async () => {
  simulator = await startKaleyraSimulator({
    accounts,
    pod: 'IN',
    onRequest: (request) => requests.push(request),
  });
});

afterAll(() => simulator.close());

beforeEach(() => {
  accounts.splice(0, accounts.length, { sid: 'FAKESID', apiKeys: ['fake-key', 'next-fake-key'], pod: 'IN' });
  requests = [];
});

interface Changes {
  readonly method?: string;
  readonly path?: string;
  readonly apiKey?: string;
  readonly contentType?: string;
  readonly payload?: string;
}

const post = async (changes: Changes = {}) => {
  const answer = await fetch(`http://127.0.0.1:${simulator.port}${changes.path ?? path}`, {
    method: changes.method ?? 'POST',
    headers: {
      'api-key': changes.apiKey ?? 'fake-key',
      'content-type': changes.contentType ?? 'application/json',
    },
    body: changes.payload ?? payload,
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
};

it('verifies what the page’s sample request asks for', async () => {
  expect(await post()).toEqual({ status: 200, json: pageSamples.success });
});

it('rejects the one password', async () => {
  expect((await post({ payload: payload.replace('671242', '000000') })).json).toEqual(
    pageSamples.otpRejected,
  );
});

describe('checks', () => {
  it.each([
    ['the SID', { path: path.replace('FAKESID', 'OTHERSID') }],
    ['the key', { apiKey: 'wrong' }],
  ])('%s', async (_what, changes) => {
    expect(await post(changes)).toEqual({ status: 401, json: pageSamples.credentialsRejected });
  });

  it('credentials before anything that the payload says', async () => {
    expect((await post({ apiKey: 'wrong', payload: '{' })).json).toEqual(pageSamples.credentialsRejected);
  });

  it('keys as they are at the time', async () => {
    expect((await post({ apiKey: 'next-fake-key' })).json).toEqual(pageSamples.success);
    accounts.splice(0, 1, { sid: 'FAKESID', apiKeys: ['fake-key'], pod: 'IN' });

    expect((await post({ apiKey: 'next-fake-key' })).json).toEqual(pageSamples.credentialsRejected);
  });

  it.each([
    ['another path', { path: '/v2/FAKESID/whatsapp/1/number/add' }, 404],
    ['a WABA id that is no number', { path: '/v2/FAKESID/whatsapp/abc/number/verify' }, 404],
    ['another method', { method: 'PUT' }, 405],
  ])('for %s', async (_what, changes, status) => {
    expect(await post(changes)).toEqual({ status, json: undefined });
  });

  it.each([
    ['another content type', { contentType: 'text/plain' }],
    ['no JSON', { payload: '{' }],
    ['a list', { payload: '[]' }],
    ['null', { payload: 'null' }],
    ['no id', { payload: '{"phone_number":"+919765412345","otp":"671242"}' }],
    ['an id that is no integer', { payload: payload.replace('678997654123456', '-1') }],
    ['an id in quotes', { payload: payload.replace('678997654123456', '"678997654123456"') }],
    ['a number in place of the password', { payload: payload.replace('"671242"', '671242') }],
  ])('the payload: %s', async (_what, changes) => {
    expect(await post(changes)).toEqual({ status: 400, json: pageSamples.payloadRejected });
  });

  it('the form of the phone number', async () => {
    expect((await post({ payload: payload.replace('+91', '91') })).json).toEqual(
      pageSamples.phoneNumberRejected,
    );
  });

  it('the form of the password', async () => {
    expect((await post({ payload: payload.replace('671242', '67124') })).json).toEqual(
      pageSamples.otpRejected,
    );
  });

  it('but takes an id in quotes that no JSON number could say', async () => {
    const answer = await post({ payload: payload.replace('678997654123456', '"0123"') });

    expect(answer.json).toEqual(pageSamples.success);
  });
});

describe('pods', () => {
  const postTo = (host: string) =>
    sendRaw(
      simulator.port,
      Buffer.from(
        rawRequest(path, ['api-key: fake-key', 'Content-Type: application/json'], payload)
          .toString()
          .replace('Host: 127.0.0.1', `Host: ${host}`),
      ),
    );

  it.each(pods)('are told apart by the host: an account on %s is known there alone', async (home) => {
    accounts.splice(0, 1, { sid: 'FAKESID', apiKeys: ['fake-key'], pod: home });

    const answers = await Promise.all(
      pods.map(async (pod) => [pod, (await postTo(apiDomains[pod])).includes('WA200')]),
    );

    expect(answers).toEqual(pods.map((pod) => [pod, pod === home]));
  });

  it.each(['127.0.0.1:3001', 'localhost'])('do not include %s, which is the sandbox’s own', async (host) => {
    expect(await postTo(host)).toContain('WA200');
    expect(requests).toMatchObject([{ pod: 'IN', host }]);
  });

  it('are known with a port as well', async () => {
    expect(await postTo('API.EU.kaleyra.io:443')).toContain('RBC001');
  });
});

describe('tells of requests', () => {
  it('how many came, those that it refused included', async () => {
    const before = simulator.requestCount;
    await post();
    await post({ path: '/' });

    expect(simulator.requestCount - before).toBe(2);
  });

  it('the id with all of its digits, and nothing that is secret', async () => {
    await post({ payload: payload.replace('678997654123456', '12345678901234567890') });

    expect(requests).toEqual([
      {
        pod: 'IN',
        host: `127.0.0.1:${simulator.port}`,
        wabaId: '109012345678901',
        id: '12345678901234567890',
      },
    ]);
  });
});

it('speaks TLS', async () => {
  const authority = await createCertificateAuthority();
  const tls = await authority.issue([apiDomains.IN]);
  const secure = await startKaleyraSimulator({ accounts, pod: 'IN', tls });
  const status = await new Promise((resolve, reject) => {
    requestHttps({
      host: '127.0.0.1',
      port: secure.port,
      servername: apiDomains.IN,
      ca: authority.cert,
      method: 'POST',
      path,
      headers: { 'api-key': 'fake-key', 'content-type': 'application/json' },
    })
      .on('response', (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end(payload);
  });
  await secure.close();

  expect(status).toBe(200);
});

it('names a port that is taken, and the variable that sets it', async () => {
  await expect(startKaleyraSimulator({ accounts, pod: 'IN', port: simulator.port })).rejects.toThrow(
    `Port ${simulator.port} is in use. Set KALEYRA_SIMULATOR_PORT to another port, or to 0 for any free one.`,
  );
});
