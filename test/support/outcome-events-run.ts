/** Sends requests through a sandbox, and its log lines through the bundle of the outcome events to a stand-in bus. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { CloudWatchLogsEvent, Context } from 'aws-lambda';
import { variables } from '../../functions/outcome-events/variables.ts';
import { createEmitEvent } from '../../functions/verify-number/telemetry/emit.ts';
import { startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { type BusFault, startEventBus } from './event-bus.ts';

type Handler = (event: CloudWatchLogsEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => unknown;

/** Loads the bundle with clients of the services at `origin`. */
const loadHandler = async (origin: string): Promise<Handler> => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: origin,
    AWS_REGION: 'ap-south-1',
    AWS_ACCESS_KEY_ID: 'fake',
    AWS_SECRET_ACCESS_KEY: 'fake',
    [variables.eventBus]: 'arn:aws:events:ap-south-1:111122223333:event-bus/default',
    [variables.queueUrl]: `${origin}/111122223333/dead-letters`,
  });
  const bundle = new URL('../../dist/functions/outcome-events/index.mjs', import.meta.url);
  return (await import(`${bundle.href}?${origin}`)).handler;
};

/** What CloudWatch Logs sends to a subscribed function. */
export const toLogsEvent = async (
  lines: readonly string[],
  messageType = 'DATA_MESSAGE',
): Promise<CloudWatchLogsEvent> => {
  const logEvents = lines.map((message, id) => ({ id: String(id), timestamp: 0, message }));
  const data = await promisify(gzip)(JSON.stringify({ messageType, logEvents }));
  return { awslogs: { data: data.toString('base64') } };
};

/** Verifies numbers with made-up outcomes, over HTTP. @returns the function's log lines */
export const collectLogLines = async (
  requests: number,
): Promise<{ lines: string[]; confidential: string[] }> => {
  const lines: string[] = [];
  const emit = createEmitEvent('verify-phone-number', (line) => lines.push(line));
  const sandbox = await startSandbox({ emit });
  const phoneNumbers: string[] = [];
  const endings = ['0000', '1234', '0404', '0429'];
  const send = async (index: number): Promise<void> => {
    const phone_number = `+9197654${String(index).padStart(4, '0')}${endings[index % endings.length]}`;
    phoneNumbers.push(phone_number);
    const path = '/tenants/acme/whatsapp/109012345678901/number/verify';
    await fetch(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: String(index), phone_number, otp: index % 3 === 0 ? '000000' : '671242' }),
    }).then((response) => response.arrayBuffer());
  };
  for (let start = 0; start < requests; start += 20) {
    await Promise.all(Array.from({ length: Math.min(20, requests - start) }, (_, n) => send(start + n)));
  }
  const confidential = [...phoneNumbers.map((number) => number.slice(1)), '"671242"', 'fake-api-key'];
  await sandbox.close();
  return { lines, confidential };
};

/** Delivers the lines in payloads of 100, as CloudWatch Logs would, again if the function throws. */
export const deliverLines = async (
  lines: readonly string[],
  getFault: (target: 'bus' | 'queue') => BusFault | undefined,
  remainingMs = 120_000,
) => {
  const bus = await startEventBus(getFault);
  const handler = await loadHandler(bus.origin);
  const invoke = async (event: CloudWatchLogsEvent, retries = 2): Promise<void> => {
    try {
      await handler(event, { getRemainingTimeInMillis: () => remainingMs });
    } catch (error) {
      if (retries === 0) throw error;
      await invoke(event, retries - 1);
    }
  };
  try {
    for (let start = 0; start < lines.length; start += 100) {
      await invoke(await toLogsEvent(lines.slice(start, start + 100)));
    }
  } finally {
    bus.close();
  }
  const queued = bus.queued.map((body): PutEventsRequestEntry => JSON.parse(body));
  const details = [...bus.accepted, ...queued].map(({ Detail = '' }) => Detail);
  return { accepted: bus.accepted, queued, details };
};
