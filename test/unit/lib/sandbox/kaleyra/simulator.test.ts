import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pods } from '../../../../../functions/verify-number/kaleyra/pods.ts';
import { getPodPath } from '../../../../../lib/local/sandbox-description.ts';
import { triggerRows } from '../../../../../lib/sandbox/kaleyra/outcomes.ts';
import { type KaleyraEnvelope, pageSamples } from '../../../../../lib/sandbox/kaleyra/samples.ts';
import {
  type KaleyraSimulator,
  type SimulatedRequest,
  startKaleyraSimulator,
} from '../../../../../lib/sandbox/kaleyra/simulator.ts';
import type { KaleyraAccount } from '../../../../../lib/sandbox/tenants/seed-tenants.ts';

const path = '/v2/FAKESID/whatsapp/109012345678901/number/verify';
const payload = '{"id":678997654123456,"phone_number":"+919765412345","otp":"671242"}';
const inPayload = (from: string, to: string) => ({ payload: payload.replace(from, to) });
const wrongPassword = inPayload('671242', '000000');

const accounts: KaleyraAccount[] = [];
const setAccount = (changes: Partial<KaleyraAccount> = {}) =>
  accounts.splice(0, 1, { sid: 'FAKESID', apiKeys: ['fake-key', 'next-fake-key'], pod: 'IN', ...changes });
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
  setAccount();
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

const { success, otpRejected, credentialsRejected, payloadRejected, phoneNumberRejected } = pageSamples;

describe('the Kaleyra simulator', () => {
  it.each<[string, Changes, number, KaleyraEnvelope | undefined]>([
    ['the sample request of the vendor’s page', {}, 200, success],
    ['an id in quotes that no JSON number has', inPayload('678997654123456', '"0123"'), 200, success],
    ['another active key', { apiKey: 'next-fake-key' }, 200, success],
    ['the password that is always wrong', wrongPassword, 400, otpRejected],
    ['an unknown SID', { path: path.replace('FAKESID', 'OTHERSID') }, 401, credentialsRejected],
    ['a wrong key', { apiKey: 'wrong' }, 401, credentialsRejected],
    ['a wrong key and an invalid payload', { apiKey: 'wrong', payload: '{' }, 401, credentialsRejected],
    ['another path', { path: '/v2/FAKESID/whatsapp/1/number/add' }, 404, undefined],
    ['a WABA id that is not a number', { path: '/v2/FAKESID/whatsapp/abc/number/verify' }, 404, undefined],
    ['another method', { method: 'PUT' }, 405, undefined],
    ['another content type', { contentType: 'text/plain' }, 400, payloadRejected],
    ['a payload that is not JSON', { payload: '{' }, 400, payloadRejected],
    ['a list', { payload: '[]' }, 400, payloadRejected],
    ['null', { payload: 'null' }, 400, payloadRejected],
    ['no id', inPayload('"id":678997654123456,', ''), 400, payloadRejected],
    ['an id that is not an integer', inPayload('678997654123456', '-1'), 400, payloadRejected],
    ['an id in quotes', inPayload('678997654123456', '"678997654123456"'), 400, payloadRejected],
    ['a number instead of the password', inPayload('"671242"', '671242'), 400, payloadRejected],
    ['an invalid phone number', inPayload('+91', '91'), 400, phoneNumberRejected],
    ['a password of five digits', inPayload('671242', '67124'), 400, otpRejected],
  ])('responds to %s', async (_what, changes, status, json) => {
    expect(await post(changes)).toEqual({ status, json });
  });

  it.each(pods)('has an account of pod %s on that pod only', async (home) => {
    setAccount({ pod: home });
    const statuses = [];
    for (const pod of pods) statuses.push((await post({ path: getPodPath(pod) + path })).status);

    expect(statuses).toEqual(pods.map((pod) => (pod === home ? 200 : 401)));
  });

  it('remembers verified numbers if the account says so, whatever the password is then', async () => {
    const responses = [await post(), await post()];
    setAccount({ remembersNumbers: true });
    for (const changes of [wrongPassword, {}, {}, wrongPassword, inPayload('12345"', '12346"')]) {
      responses.push(await post(changes));
    }
    simulator.forgetNumbers();
    responses.push(await post());

    const { alreadyApproved } = pageSamples;
    expect(responses.map(({ json }) => json)).toEqual([
      ...[success, success, otpRejected, success, alreadyApproved, alreadyApproved, success, success],
    ]);
  });

  it('reports the id with all of its digits, and nothing secret', async () => {
    await post(inPayload('678997654123456', '12345678901234567890'));

    const host = `127.0.0.1:${simulator.port}`;
    expect(requests).toEqual([{ pod: 'IN', host, wabaId: '109012345678901', id: '12345678901234567890' }]);
  });
});

describe('the table of outcomes', () => {
  it('has each number once', () => {
    const numbers = triggerRows.flatMap(({ trigger }) => ('lastFour' in trigger ? [trigger.lastFour] : []));

    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
