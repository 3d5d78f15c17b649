/**
 * Starts the sandbox as a process, triggers every outcome through both entry points, and searches its output and its
 * responses for passwords, API keys and whole phone numbers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { triggerRows } from '../../lib/sandbox/kaleyra/outcomes.ts';
import { seedTenants } from '../../lib/sandbox/tenants/seed-tenants.ts';
import { longDeadlines } from '../support/built-function.ts';
import { leaksIn } from '../support/leaks.ts';

const confidential = {
  otps: ['839271', '839272'],
  apiKeys: seedTenants.flatMap(({ apiKey, nextApiKey = apiKey }) => [apiKey, nextApiKey]),
  phoneNumbers: triggerRows.flatMap(({ trigger }) =>
    'lastFour' in trigger ? [`+44770090${trigger.lastFour}`] : [],
  ),
};
const [otp = '', otherOtp = ''] = confidential.otps;

const sandboxFile = join(import.meta.dirname, '../../bin/sandbox.ts');
let sandbox: ChildProcess;
let printed = '';
let url = '';

beforeAll(async () => {
  sandbox = spawn(process.execPath, [...longDeadlines, sandboxFile, '--json'], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      KALEYRA_SIMULATOR_PORT: '0',
      SECRETS_MANAGER_PORT: '0',
      KALEYRA_TIMEOUT_MS: '300',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ready = new Promise<void>((resolve) => {
    for (const stream of [sandbox.stdout, sandbox.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Sandbox ready') && printed.includes('\n')) resolve();
      });
    }
  });
  await ready;
  url = JSON.parse(printed.split('\n')[0] ?? '').http;
});

afterAll(async () => {
  sandbox.kill();
  if (sandbox.exitCode === null) await once(sandbox, 'exit');
});

/** Sends a request, and returns status, headers and body as text. */
const send = async (path: string, headers: Record<string, string>, body: string): Promise<string> => {
  const response = await fetch(url + path, { method: 'POST', headers, body });
  return [response.status, ...[...response.headers].flat(), await response.text()].join('\n');
};

const httpPath = '/tenants/acme/whatsapp/109012345678901/number/verify';
const invokePath = '/2015-03-31/functions/verify-phone-number/invocations';
const json = { 'content-type': 'application/json' };

const sendBoth = async (fields: Record<string, unknown>): Promise<string[]> => [
  await send(httpPath, json, JSON.stringify(fields)),
  await send(invokePath, json, JSON.stringify({ tenant_id: 'acme', waba_id: '109012345678901', ...fields })),
];

describe('no secret', () => {
  it('is in the response to any outcome', async () => {
    // All at the same time, because some of them end at the deadline.
    const sent = confidential.phoneNumbers.map((phone_number) => sendBoth({ id: '1', phone_number, otp }));
    const responses = (await Promise.all(sent)).flat();
    expect(responses).toHaveLength(2 * confidential.phoneNumbers.length);
    // Only a verification contains the number of the request.
    const verified = responses.filter((response) => response.includes('"status":"verified"'));
    const failed = responses.filter((response) => !verified.includes(response));
    expect(leaksIn(failed.join('\n'), confidential)).toEqual([]);
    expect(verified.length).toBeGreaterThan(0);
    expect(leaksIn(verified.join('\n'), { ...confidential, phoneNumbers: [] })).toEqual([]);
  });

  it('is in the response to a malformed request', async () => {
    const [phone_number = ''] = confidential.phoneNumbers;
    const whole = JSON.stringify({ id: '1', phone_number, otp });
    const responses = [
      await send(httpPath, json, whole.slice(0, -1)),
      await send(httpPath, json, whole.replace('{', '{"__proto__":')),
      await send(httpPath, { 'content-type': `text/plain; note=${otp}` }, whole),
      await send(httpPath, json, whole + ' '.repeat(4096)),
      await send(httpPath.replace('acme', phone_number), json, whole),
      await send(httpPath.replace('acme', 'misconfigured'), json, whole),
      await send(httpPath.replace('acme', 'nobody'), json, whole),
      ...(await sendBoth({ id: otp, phone_number: `${phone_number}x`, otp: `${otherOtp}\n` })),
      ...(await sendBoth({ id: [phone_number], phone_number: { otp }, otp: [otherOtp] })),
    ];

    expect(responses.filter((response) => !/^4\d\d|^500|errorType/.test(response))).toEqual([]);
    expect(leaksIn(responses.join('\n'), confidential)).toEqual([]);
  });

  it('is printed', () => {
    expect(printed.split('\n').length).toBeGreaterThan(2 * confidential.phoneNumbers.length);
    expect(leaksIn(printed, confidential)).toEqual([]);
  });
});

describe('the search', () => {
  it('finds encoded and unencoded values', () => {
    const text = `${otp} ${Buffer.from(`x${confidential.apiKeys[0]}`).toString('base64')} %2B447700900200`;

    expect(leaksIn(text, confidential)).toEqual([
      `otp …${otp.slice(-4)}`,
      'API key …acme',
      'phone number …0200',
    ]);
  });
});
