/**
 * `npm run soak`: 100,000 requests over 1,000 tenants by both entry points, with keys that rotate, faults of Kaleyra and
 * Secrets Manager, and idle periods. Exits with status 1 if a promise is broken.
 *
 * `npm run soak -- --requests 20000` makes a shorter run. `--leak 100` retains that many bytes per request, which has to
 * break the run. Needs `--expose-gc`, because it judges live memory after collection.
 */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { compose } from '../../functions/verify-number/compose.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import { directEvent, httpEvent, lambdaContext } from '../support/events.ts';
import { channels, type Ended, readReport } from './cell-report.ts';
import { countHeldResources, waitForZero } from './held-resources.ts';
import { healthy, kaleyraFaults } from './kaleyra-faults.ts';
import { rejectsKey } from './kaleyra-response-faults.ts';
import { createSecretsClient, resolveToLoopback } from './loopback-clients.ts';
import { getGrowth, type MemorySample, maxGrowth, maxHandleGrowth, takeSample } from './memory-trend.ts';
import { toWaba } from './request-addresses.ts';
import { secretsFaults } from './secrets-faults.ts';
import { startFaultServers } from './start-fault-servers.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    leak: { type: 'string', default: '0' },
  },
});
const requests = Number(values.requests);
const leakBytes = Number(values.leak);
if (!(requests >= 10_000 && requests % 10_000 === 0))
  throw new Error('--requests must be a multiple of 10000.');
if (!(leakBytes === 0 || leakBytes >= 32)) throw new Error('--leak must be 0, or at least 32 bytes.');
if (!globalThis.gc) throw new Error('Run it with `npm run soak`, or with node --expose-gc.');
const collect = globalThis.gc;

const tenants = requests / 100;
const parallel = 50;
/** Until here, caches fill and code is optimized. One outage, idle period and rotation are over by then. */
const warmUp = 0.3 * requests;
const sampleEvery = requests / 40;
/** After each idle period, all keys have changed. */
const idleEvery = requests / 4;
/** Longer than a connection may be idle, and than the cool-down between two forced reads. */
const idleMs = 31_000;
/** Secrets Manager fails for the last tenth of this many requests. */
const outageEvery = requests / 10;
/** Short, so that credentials are refreshed all the time. */
const ttlSeconds = 10;
/** Kaleyra fails for one in this many requests, in each way that does not take a timeout or remember the number. */
const faultEvery = 20;
const faults = kaleyraFaults.filter(
  ({ connection, timesOut, next, onKeptAlive, name }) =>
    !connection && !timesOut && !next && !onKeptAlive && name !== rejectsKey.name,
);

const servers = await startFaultServers();
const { ports } = servers;
const resourcesBefore = countHeldResources();
const agent = new Agent({ keepAlive: true, ca: ports.authority, lookup: resolveToLoopback });
/** Reads secrets with this fault, and with keys of this version. */
const createReader = (fault: number, keyVersion: number) => {
  const client = createSecretsClient(`http://127.0.0.1:${ports.aws}/secrets/soak/${fault}/${keyVersion}`);
  return { read: createReadSecret(client, 'kaleyra/'), close: () => client.destroy() };
};
const failing = createReader(
  secretsFaults.findIndex(({ name }) => name === '500'),
  1,
);
let keyVersion = 1;
let working = createReader(-1, keyVersion);
let isOutage = false;
let logged = 0;
const leaked: string[] = [];
const handler = compose(readConfig({ AWS_REGION: 'ap-south-1', SECRET_TTL_SECONDS: String(ttlSeconds) }), {
  readSecret: (tenantId) => (isOutage ? failing : working).read(tenantId),
  exchange: createExchange({ protocol: 'https:', hostname: 'api.in.kaleyra.io', port: ports.kaleyra, agent }),
  emit: () => {
    logged += 1;
    // A string's header and its place in the array take 24 bytes.
    if (leakBytes > 0) leaked.push(Buffer.alloc(leakBytes - 24, 'x').toString('latin1'));
  },
});

let ended = 0;
const unexpected = new Map<string, number>();

const verify = async (number: number): Promise<void> => {
  const isFault = number % faultEvery === 0;
  const fault = (isFault && faults[(number / faultEvery) % faults.length]) || healthy;
  const fields = {
    tenant_id: `tenant-${number % tenants}`,
    waba_id: toWaba({
      older: kaleyraFaults.indexOf(rejectsKey),
      newer: kaleyraFaults.indexOf(fault),
      newest: keyVersion,
    }),
    id: String(10_000_000 + number),
  };
  const { tenant_id, waba_id, id } = fields;
  const channel = channels[Math.floor(number / tenants) % 2] ?? 'http';
  const event =
    channel === 'http' ? httpEvent({ path: { tenant_id, waba_id }, body: { id } }) : directEvent(fields);
  const result: Ended = await handler(event, lambdaContext()).then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  ended += 1;
  const outcome = readReport(channel, result)?.outcome;
  if (outcome === fault.outcome) return;
  const name = `${fault.name}: ${outcome}`;
  unexpected.set(name, (unexpected.get(name) ?? 0) + 1);
};

let next = 0;
const sendUntil = async (end: number): Promise<void> => {
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < end) {
        next += 1;
        await verify(next - 1);
      }
    }),
  );
};

const startedAt = performance.now();
const samples: MemorySample[] = [];
const step = requests / 200;
for (let done = 0; done < requests; done += step) {
  if (done > 0 && done % idleEvery === 0) {
    await sleep(idleMs);
    keyVersion += 1;
    working.close();
    working = createReader(-1, keyVersion);
  }
  isOutage = done % outageEvery >= 0.9 * outageEvery;
  await sendUntil(done + step);
  if (next > warmUp && next % sampleEvery === 0) samples.push(await takeSample(next, collect));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`\r${next} of ${requests} requests, ${seconds} s `);
}
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
agent.destroy();
working.close();
failing.close();
const left = await waitForZero(() => Math.max(0, countHeldResources() - resourcesBefore));
const { secretReads } = await servers.readSeen('soak');
servers.stop();

const growth = getGrowth(samples);
const broken = [
  !(growth.memory <= maxGrowth) && `live memory grows by more than ${maxGrowth} bytes per request`,
  !(growth.handles <= maxHandleGrowth) && 'sockets or timers grow',
  left > 0 && 'sockets or timers are left',
  ended !== requests && 'a request has no response',
  logged !== requests && 'a request does not have exactly one log event',
  unexpected.size > 0 && 'a request ended in another way than its fault has to have',
].filter((promise) => promise !== false);

const toMebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
console.log(`
Soak: ${requests} requests over ${tenants} tenants in ${minutes} minutes, ${keyVersion - 1} rotations, ${secretReads} secret \
reads, ${requests / faultEvery} faults in ${faults.length} ways.${leakBytes > 0 ? ` Retained ${leakBytes} bytes per request.` : ''}
Live memory grows by ${growth.memory.toFixed(1)} bytes per request (at most ${maxGrowth}). Heap and external, MiB: \
${samples.map(({ heap, external }) => toMebibytes(heap + external)).join(', ')}.
Handles: ${samples.map(({ handles }) => handles).join(', ')}. Left at the end: ${left}.
RSS, not judged, MiB: ${samples.map(({ rss }) => toMebibytes(rss)).join(', ')}.`);
for (const [name, times] of unexpected) console.log(`unexpected: ${name}, ${times} times`);
for (const promise of broken) console.log(`BROKEN: ${promise}`);
console.log(`${broken.length} promises broken.`);
process.exitCode = broken.length > 0 ? 1 : 0;
