/**
 * `npm run soak`: 100,000 requests over 1,000 tenants by both entry points, with keys that rotate, a Kaleyra and a Secrets
 * Manager that fail now and then, and gaps in which nothing happens. Needs `--expose-gc`, so that what is measured is
 * what is held and not what waits to be collected. Exits with 1 where a promise is broken.
 */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHandler } from '../../functions/verify-number/handler.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { createTenantCredentials } from '../../functions/verify-number/tenants/credentials.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import { directEvent, httpEvent, lambdaContext } from '../support/events.ts';
import { wabaOf } from './fault-addresses.ts';
import { atLast, heldResources } from './held-resources.ts';
import type { Outcome } from './kaleyra-fault.ts';
import { healthy, kaleyraFaults, rejectsKey } from './kaleyra-faults.ts';
import { createSecretsClient, toLoopback } from './loopback-clients.ts';
import { secretsFaults } from './secrets-faults.ts';
import { startFaultServers } from './start-fault-servers.ts';

const requests = 100_000;
/** Long enough to have seen one of each: an outage, a gap and a rotation. */
const warmUp = 30_000;
const tenants = 1000;
const atOnce = 50;
/** Every so many requests nothing happens for a while, and then all keys are others. */
const pausesEvery = 25_000;
/** Longer than a connection may lie idle and be used again, and than the cool-down between two forced reads. */
const pauseMs = 31_000;
/** Every so many requests Secrets Manager fails, for the last of them. */
const outageEvery = 10_000;
const outageLasts = 1000;
/** Short, so that credentials are refreshed all the while. */
const ttlMs = 10_000;
/** Every so many requests Kaleyra misbehaves, in each way that does not take a time-out. */
const faultEvery = 20;
const faults = kaleyraFaults.filter(
  ({ connection, timesOut, name }) => !connection && !timesOut && name !== rejectsKey.name,
);

if (!globalThis.gc) throw new Error('Run it by `npm run soak`, or with node --expose-gc.');
const collect = globalThis.gc;

const servers = await startFaultServers();
const { ports } = servers;
const resourcesBefore = heldResources();
const agent = new Agent({ keepAlive: true, ca: ports.authority, lookup: toLoopback });
/** A reader of secrets whose every read meets this fault, and finds this version of the key. */
const reader = (fault: number, keyVersion: number) => {
  const client = createSecretsClient(`http://127.0.0.1:${ports.secretsManager}/soak/${fault}/${keyVersion}`);
  return { read: createReadSecret(client, 'kaleyra/'), close: () => client.destroy() };
};
const failing = reader(
  secretsFaults.findIndex(({ name }) => name === '500'),
  1,
);
let keyVersion = 1;
let working = reader(-1, keyVersion);
let isOutage = false;
const handler = createHandler({
  credentials: createTenantCredentials((tenantId) => (isOutage ? failing : working).read(tenantId), ttlMs),
  kaleyra: createKaleyraClient({
    protocol: 'https:',
    hostname: 'api.in.kaleyra.io',
    port: ports.kaleyra,
    agent,
  }),
  kaleyraTimeoutMs: 10_000,
  pod: 'IN',
  record: () => {
    recorded += 1;
  },
});

let recorded = 0;
const answered = new Map<string, number>();
const unexpected = new Map<string, number>();
const count = (map: Map<string, number>, key: string): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};

const verify = async (number: number): Promise<void> => {
  const fault =
    number % faultEvery === 0 ? (faults[(number / faultEvery) % faults.length] ?? healthy) : healthy;
  const fields = {
    tenant_id: `tenant-${number % tenants}`,
    waba_id: wabaOf({
      older: kaleyraFaults.indexOf(rejectsKey),
      newer: kaleyraFaults.indexOf(fault),
      newest: keyVersion,
    }),
    id: String(10_000_000 + number),
  };
  const { tenant_id, waba_id, id } = fields;
  const outcome: Outcome =
    Math.floor(number / tenants) % 2 === 0
      ? await handler(httpEvent({ path: { tenant_id, waba_id }, body: { id } }), lambdaContext()).then(
          (answer) => {
            const { status, code } = JSON.parse((answer as { body: string }).body);
            return status === 'verified' ? 'Verified' : code;
          },
        )
      : await handler(directEvent(fields), lambdaContext()).then(
          () => 'Verified',
          (failure: Error) => failure.name,
        );
  count(answered, outcome);
  if (outcome !== fault.outcome) count(unexpected, `${fault.name}: ${outcome}`);
};

/** Sends requests up to `end`, so many at once. */
let next = 0;
const sendUntil = async (end: number): Promise<void> => {
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < end) {
        next += 1;
        await verify(next - 1);
      }
    }),
  );
};

const rssAfterCollection = async (): Promise<number> => {
  for (let times = 0; times < 3; times += 1) {
    collect();
    await sleep(100);
  }
  return process.memoryUsage.rss();
};

const startedAt = performance.now();
let warmRss = 0;
const samples: number[] = [];
for (let done = 0; done < requests; done += 500) {
  if (done > 0 && done % pausesEvery === 0) {
    await sleep(pauseMs);
    keyVersion += 1;
    working.close();
    working = reader(-1, keyVersion);
  }
  isOutage = done % outageEvery >= outageEvery - outageLasts;
  await sendUntil(done + 500);
  if (done + 500 === warmUp) warmRss = await rssAfterCollection();
  if ((done + 500) % 10_000 === 0) samples.push(await rssAfterCollection());
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(
    `\r${next} of ${requests} requests, ${seconds} s, ${mebibytes(process.memoryUsage.rss())} MiB `,
  );
}
const endRss = await rssAfterCollection();
const tookSeconds = Math.round((performance.now() - startedAt) / 1000);
agent.destroy();
working.close();
failing.close();
const left = await atLast(() => Math.max(0, heldResources() - resourcesBefore));
const { secretReads } = await servers.seen('soak');
servers.stop();

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
const sum = (map: Map<string, number>): number => [...map.values()].reduce((total, each) => total + each, 0);
const growth = endRss / warmRss - 1;
const broken = [
  growth > 0.05 && 'RSS has grown by more than 5 %',
  left > 0 && 'sockets or timers are left',
  sum(answered) !== requests && 'a request has no answer',
  recorded !== requests && 'a request has no line of log, or two',
  sum(unexpected) > 0 && 'an answer is not the one that its fault asks for',
].filter((promise) => promise !== false);

console.log(`
| soak | |
| --- | --: |
| requests, tenants, at once | ${requests}, ${tenants}, ${atOnce} |
| took, s (of which idle) | ${tookSeconds} (${(pauseMs / 1000) * Math.floor((requests - 1) / pausesEvery)}) |
| rotations of all keys | ${keyVersion - 1} |
| requests that Kaleyra misbehaved at, in ${faults.length} ways | ${requests / faultEvery} |
| Secrets Manager reads | ${secretReads} |
| RSS after warm-up (${warmUp} requests), MiB | ${mebibytes(warmRss)} |
| RSS at the end, MiB | ${mebibytes(endRss)} |
| growth | ${(growth * 100).toFixed(1)} % |
| RSS every 10,000 requests, MiB | ${samples.map(mebibytes).join(', ')} |
| sockets and timers left | ${left} |
| answers, lines of log | ${sum(answered)}, ${recorded} |
| answers other than the fault asks for | ${sum(unexpected)} |

${[...answered]
  .sort(([, a], [, b]) => b - a)
  .map(([outcome, times]) => `${outcome} ${times}`)
  .join(', ')}
`);
for (const [which, times] of unexpected) console.log(`unexpected: ${which} ${times}`);
for (const promise of broken) console.log(`BROKEN: ${promise}`);
process.exitCode = broken.length > 0 ? 1 : 0;
