import { request as requestHttps } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../../../../bench/lambda-runtime/certificates.ts';
import { apiDomains, pods } from '../../../../../functions/verify-number/kaleyra/pods.ts';
import { getPodPath } from '../../../../../lib/local/sandbox-description.ts';
import { pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import {
  type KaleyraSimulator,
  type SimulatedRequest,
  startKaleyraSimulator,
} from '../../../../../lib/sandbox/kaleyra/simulator.ts';
import type { KaleyraAccount } from '../../../../../lib/sandbox/tenants/seed-tenants.ts';
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
  const response = await fetch(`http://127.0.0.1:${simulator.port}${changes.path ?? path}`, {
    method: changes.method ?? 'POST',
    headers: {
      'api-key': changes.apiKey ?? 'fake-key',
      'content-type': changes.contentType ?? 'application/json',
    },
    body: changes.payload ?? payload,
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
};

describe('the Kaleyra simulator', () => {
  it('verifies the sample request of the vendor’s page', async () => {
    expect(await post()).toEqual({ status: 200, json: pageSamples.success });
  });

  it('rejects one password', async () => {
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

    it('credentials before the payload', async () => {
      expect((await post({ apiKey: 'wrong', payload: '{' })).json).toEqual(pageSamples.credentialsRejected);
    });

    it('keys that are active at the time of the request', async () => {
      expect((await post({ apiKey: 'next-fake-key' })).json).toEqual(pageSamples.success);
      accounts.splice(0, 1, { sid: 'FAKESID', apiKeys: ['fake-key'], pod: 'IN' });

      expect((await post({ apiKey: 'next-fake-key' })).json).toEqual(pageSamples.credentialsRejected);
    });

    it.each([
      ['another path', { path: '/v2/FAKESID/whatsapp/1/number/add' }, 404],
      ['a WABA id that is not a number', { path: '/v2/FAKESID/whatsapp/abc/number/verify' }, 404],
      ['another method', { method: 'PUT' }, 405],
    ])('for %s', async (_what, changes, status) => {
      expect(await post(changes)).toEqual({ status, json: undefined });
    });

    it.each([
      ['another content type', { contentType: 'text/plain' }],
      ['not JSON', { payload: '{' }],
      ['a list', { payload: '[]' }],
      ['null', { payload: 'null' }],
      ['no id', { payload: '{"phone_number":"+919765412345","otp":"671242"}' }],
      ['an id that is not an integer', { payload: payload.replace('678997654123456', '-1') }],
      ['an id in quotes', { payload: payload.replace('678997654123456', '"678997654123456"') }],
      ['a number instead of the password', { payload: payload.replace('"671242"', '671242') }],
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

    it('but accepts an id in quotes that no JSON number has', async () => {
      const response = await post({ payload: payload.replace('678997654123456', '"0123"') });

      expect(response.json).toEqual(pageSamples.success);
    });
  });

  describe('pods', () => {
    it.each(pods)('have their own accounts: one on %s works there only', async (home) => {
      accounts.splice(0, 1, { sid: 'FAKESID', apiKeys: ['fake-key'], pod: home });

      const results = await Promise.all(
        pods.map(async (pod) => [pod, (await post({ path: getPodPath(pod) + path })).status]),
      );

      expect(results).toEqual(pods.map((pod) => [pod, pod === home ? 200 : 401]));
    });

    it('include the default pod, for paths without one', async () => {
      expect((await post()).status).toBe(200);
      expect(requests).toMatchObject([{ pod: 'IN', host: `127.0.0.1:${simulator.port}` }]);
    });

    it.each(Object.values(apiDomains))(
      'are not selected by the Host %s, which is not loopback',
      async (host) => {
        const request = rawRequest(path, ['api-key: fake-key', 'Content-Type: application/json'], payload)
          .toString()
          .replace('Host: 127.0.0.1', `Host: ${host}`);

        expect(await sendRaw(simulator.port, request)).toMatch(/^HTTP\/1\.1 403 /);
        expect(requests).toEqual([]);
      },
    );
  });

  describe('an account', () => {
    const wrong = payload.replace('671242', '000000');

    it('does not remember verified numbers by default', async () => {
      await post();

      expect((await post()).json).toEqual(pageSamples.success);
    });

    it('can remember them, whatever the password is then', async () => {
      accounts.splice(0, 1, { sid: 'FAKESID', apiKeys: ['fake-key'], pod: 'IN', remembersNumbers: true });

      const envelopes = [];
      for (const body of [wrong, payload, payload, wrong])
        envelopes.push((await post({ payload: body })).json);
      envelopes.push((await post({ payload: payload.replace('12345"', '12346"') })).json);
      simulator.forgetNumbers();
      envelopes.push((await post()).json);

      expect(envelopes).toEqual([
        pageSamples.otpRejected,
        pageSamples.success,
        pageSamples.alreadyApproved,
        pageSamples.alreadyApproved,
        pageSamples.success,
        pageSamples.success,
      ]);
    });
  });

  it('closes the connection on an endless body', async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `${(70 * 1024).toString(16)}\r\n${'x'.repeat(70 * 1024)}\r\n`;

    expect(await sendRaw(simulator.port, head + chunk)).toMatch(/^HTTP\/1\.1 413 /);
  });

  describe('reports', () => {
    it('the number of requests, including rejected ones', async () => {
      const before = simulator.requestCount;
      await post();
      await post({ path: '/' });

      expect(simulator.requestCount - before).toBe(2);
    });

    it('the id with all of its digits, and nothing secret', async () => {
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

  it('names a port that is in use and the variable that sets it', async () => {
    await expect(startKaleyraSimulator({ accounts, pod: 'IN', port: simulator.port })).rejects.toThrow(
      `Port ${simulator.port} is in use. Set KALEYRA_SIMULATOR_PORT to another port, or to 0 for any free one.`,
    );
  });
});
