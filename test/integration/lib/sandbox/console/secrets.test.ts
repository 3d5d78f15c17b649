import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleRequest, toSamplePhoneNumber } from '../../../../../lib/reference/sample-request.ts';
import { triggerRows } from '../../../../../lib/sandbox/kaleyra/outcomes.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import { seedTenants } from '../../../../../lib/sandbox/tenants/seed-tenants.ts';
import { type Confidential, leaksIn } from '../../../../support/leaks.ts';

const otp = '135791';
const seeded = seedTenants.flatMap(({ sid, apiKey, nextApiKey = '' }) => [sid, apiKey, nextApiKey]);
const rotated = 'fake-api-key-2-of-acme';
const fastTriggers = triggerRows.flatMap(({ trigger }) =>
  'lastFour' in trigger && !/takes/.test(trigger.happens) ? [trigger.lastFour] : [],
);
const phoneNumbers = [sampleRequest.phone_number, ...fastTriggers.map(toSamplePhoneNumber)];
const { waba_id, id } = sampleRequest;

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
    const events = await fetch(`${sandbox.url}/sandbox/events`);
    for (const phoneNumber of phoneNumbers) await verify(phoneNumber);
    await verify(sampleRequest.phone_number, 'nobody');
    await post(`${new URL(sandbox.urls.invoke).pathname}`, { ...sampleRequest, otp });
    await sandbox.controls.rotate('acme', 'new-key');
    await sandbox.controls.rotate('acme', 'revoke-old');
    await verify(sampleRequest.phone_number);

    const calls = await readCalls();
    const { calls: parsed } = JSON.parse(calls);
    const isLastEvent = (line: string) => line.includes(parsed.at(-1).id) && line.includes('"result"');
    let streamed = '';
    for await (const part of events.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      streamed += part;
      if (streamed.split('\n\n').slice(0, -1).some(isLastEvent)) break;
    }
    expect(parsed.length).toBe(phoneNumbers.length + 3);
    expect(calls).toContain('WA200');
    expect(leaksIn(calls, confidential)).toEqual([]);
    expect(leaksIn(streamed, confidential)).toEqual([]);
  });

  it('contain no secret that a caller sends, wherever it is', async () => {
    const path = `/tenants/acme/whatsapp/${waba_id}/number/verify`;
    const request = { id, phone_number: sampleRequest.phone_number, otp };
    for (const secret of [...seeded, otp]) {
      await post(path, request, { 'x-note': secret, 'user-agent': secret });
      await post(path, { ...request, note: secret, [secret]: 1 });
      await post(path, { ...request, id: secret });
      await post(path, { ...request, phone_number: secret });
      await post(`/tenants/${secret}/whatsapp/1/number/verify?key=${secret}`, { otp });
      await post(`/tenants/acme/whatsapp/${secret}/number/verify`, { otp });
      await post(path, `otp=${otp}&key=${secret}`);
      await post(`/other/${secret}`, { otp });
    }
    const calls = await readCalls();
    for (const outcome of ['Verified', 'RequestInvalid', 'GatewayRefused']) expect(calls).toContain(outcome);
    expect(leaksIn(calls, confidential)).toEqual([]);
  });
});
