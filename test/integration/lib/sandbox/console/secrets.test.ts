import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sampleRequest, toSamplePhoneNumber } from '../../../../../lib/reference/sample-request.ts';
import { triggerRows } from '../../../../../lib/sandbox/kaleyra/outcomes.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import { seedTenants } from '../../../../../lib/sandbox/tenants/seed-tenants.ts';
import { type Confidential, leaksIn } from '../../../../support/leaks.ts';

// A browser is slow on a busy machine.
jest.setTimeout(60_000);

const otp = '135791';
const seeded = seedTenants.flatMap(({ sid, apiKey, nextApiKey = '' }) => [sid, apiKey, nextApiKey]);
const rotated = 'fake-api-key-2-of-acme';
const fastTriggers = triggerRows.flatMap(({ trigger }) =>
  'lastFour' in trigger && !/takes/.test(trigger.happens) ? [trigger.lastFour] : [],
);
const phoneNumbers = [sampleRequest.phone_number, ...fastTriggers.map(toSamplePhoneNumber)];
const { waba_id, id } = sampleRequest;

/** Follows the event stream, as the page does. */
const followEvents = async (sandbox: RunningSandbox) => {
  const response = await fetch(`${sandbox.url}/sandbox/events`);
  const reader = response.body?.getReader();
  let text = '';
  const reading = (async () => {
    const decoder = new TextDecoder();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      text += decoder.decode(part.value, { stream: true });
    }
  })();
  return {
    /** Everything that was received, once it contains a text. */
    until: async (needle: string) => {
      while (!text.includes(needle)) await new Promise((resolve) => setTimeout(resolve, 10));
      return text;
    },
    close: async () => {
      await reader?.cancel();
      await reading;
    },
  };
};

describe('the calls and the event stream', () => {
  let sandbox: RunningSandbox;
  let confidential: Confidential;

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }).then((response) => response.text());
  const verify = (phone_number: string, tenant = 'acme') =>
    post(`/tenants/${tenant}/whatsapp/${waba_id}/number/verify`, { id, phone_number, otp });
  const readCalls = async () => (await fetch(`${sandbox.url}/sandbox/calls`)).text();

  beforeAll(async () => {
    sandbox = await startSandbox();
    confidential = { otps: [otp], apiKeys: [...seeded, rotated], phoneNumbers };
  });
  afterAll(() => sandbox.close());

  it('contain no key, SID, password or whole phone number, whatever the outcome', async () => {
    const events = await followEvents(sandbox);
    for (const phoneNumber of phoneNumbers) await verify(phoneNumber);
    await verify(sampleRequest.phone_number, 'nobody');
    await post(`${new URL(sandbox.urls.invoke).pathname}`, { ...sampleRequest, otp });
    await sandbox.controls.rotate('acme', 'new-key');
    await sandbox.controls.rotate('acme', 'revoke-old');
    await verify(sampleRequest.phone_number);

    const calls = await readCalls();
    const { calls: parsed } = JSON.parse(calls);
    const streamed = await events.until(parsed.at(-1).id);
    await events.close();
    expect(parsed.length).toBe(phoneNumbers.length + 3);
    expect(calls).toContain('WA200');
    expect(leaksIn(calls, confidential)).toEqual([]);
    expect(leaksIn(streamed, confidential)).toEqual([]);
  });

  it.each([
    ['in a header', (secret: string) => [{}, { 'x-note': secret }] as const],
    ['in the user agent', (secret: string) => [{}, { 'user-agent': secret }] as const],
    ['in an undocumented field', (secret: string) => [{ note: secret, [secret]: 1 }, {}] as const],
    ['as the id', (secret: string) => [{ id: secret }, {}] as const],
    ['as the phone number', (secret: string) => [{ phone_number: secret }, {}] as const],
  ])('contain no secret that a caller sends %s', async (_, place) => {
    for (const secret of [...seeded, otp]) {
      const [fields, headers] = place(secret);
      await post(
        `/tenants/acme/whatsapp/${waba_id}/number/verify`,
        { id, phone_number: sampleRequest.phone_number, otp, ...fields },
        headers,
      );
    }
    expect(leaksIn(await readCalls(), confidential)).toEqual([]);
  });

  it('contain no secret that a caller sends in the path, the query or a body that is not JSON', async () => {
    for (const secret of [...seeded, otp]) {
      await post(`/tenants/${secret}/whatsapp/1/number/verify?key=${secret}`, { otp });
      await post(`/tenants/acme/whatsapp/${secret}/number/verify`, { otp });
      await post(`/tenants/acme/whatsapp/1/number/verify`, `otp=${otp}&key=${secret}`);
      await post(`/other/${secret}`, { otp });
    }
    const calls = await readCalls();
    expect(calls).toContain('RequestInvalid');
    expect(calls).toContain('GatewayRefused');
    expect(leaksIn(calls, confidential)).toEqual([]);
  });
});
