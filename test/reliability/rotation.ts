/**
 * `npm run faults`, third part: 10,000 requests during three rotations of a tenant's key, by both entry points, in real
 * time. In the second rotation, the old key is revoked five seconds before the new one is stored. Then a key is revoked for
 * good, for ten cool-downs of a clock that the run moves. Exits with status 1 if a promise is broken.
 */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificateAuthority } from '../../bench/lambda-runtime/certificates.ts';
import { compose } from '../../functions/verify-number/compose.ts';
import { readConfig } from '../../functions/verify-number/config.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import { after, sendEnvelope } from '../../lib/sandbox/kaleyra/behaviours.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { startKaleyraServer } from '../../lib/sandbox/kaleyra/server.ts';
import { startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { directEvent, httpEvent, lambdaContext } from '../support/events.ts';
import { createSecretsClient, resolveToLoopback } from './loopback-clients.ts';
import { toSecret } from './request-addresses.ts';

const requests = 10_000;
const runMs = 125_000;
/** Kaleyra's response time. About fifty requests are in flight at any time. */
const kaleyraMs = 600;
/** The minimum time between two forced reads. */
const coolDownMs = 30_000;
const lateMs = 5000;

const secretName = 'kaleyra/acme';
const activeKeys = new Set(['fake-key-1']);

const authority = await createCertificateAuthority();
const kaleyra = await startKaleyraServer({
  tls: await authority.issue(['api.in.kaleyra.io']),
  serve: (request, exchange) => {
    const isActive = activeKeys.has(String(request.headers['api-key']));
    request.resume();
    after(
      kaleyraMs,
      sendEnvelope(isActive ? pageSamples.success : pageSamples.credentialsRejected),
    )(exchange);
  },
});
const secrets = await startSecretsManager({ secrets: { [secretName]: toSecret(1) } });
const client = createSecretsClient(`http://127.0.0.1:${secrets.port}`);
const agent = new Agent({ keepAlive: true, ca: authority.cert, lookup: resolveToLoopback });
const reads = () => secrets.callCount('GetSecretValue');

const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
const config = readConfig({ AWS_REGION: 'ap-south-1' });
const handler = compose(config, {
  readSecret: createReadSecret(client, config.secretPrefix),
  exchange: createExchange({ protocol: 'https:', hostname: 'api.in.kaleyra.io', port: kaleyra.port, agent }),
  emit: () => {},
  clock,
});
const invoke = (event: unknown) => handler(event, lambdaContext());

/** Sends one request, by each entry point in turn. */
const verify = async (number: number): Promise<string> => {
  const id = String(1_000_000 + number);
  if (number % 2 === 0) {
    const response = (await invoke(httpEvent({ body: { id } }))) as { body: string };
    const { code, status } = JSON.parse(response.body);
    return code ?? status;
  }
  return invoke(directEvent({ id })).then(
    () => 'verified',
    (failure: Error) => failure.name,
  );
};

const startedAt = performance.now();
const elapsed = (): number => performance.now() - startedAt;
const until = (at: number): Promise<void> => sleep(Math.max(0, at - elapsed()));

const put = (version: number): void => {
  activeKeys.add(`fake-key-${version}`);
  secrets.put(secretName, toSecret(version));
};
const revoke = (version: number): number => {
  activeKeys.delete(`fake-key-${version}`);
  return elapsed();
};

const rotate = async () => {
  await until(10_000);
  put(2);
  await sleep(1000);
  revoke(1);
  await until(46_000);
  const readsBefore = reads();
  const revokedAt = revoke(2);
  await sleep(lateMs);
  put(3);
  const arrivedAt = elapsed();
  await until(revokedAt + coolDownMs - 2000);
  const readsInCoolDown = reads() - readsBefore;
  await until(113_000);
  put(4);
  await sleep(1000);
  revoke(3);
  return { revokedAt, arrivedAt, readsInCoolDown };
};

interface Ended {
  readonly outcome: string;
  readonly sentAt: number;
  readonly endedAt: number;
}

const rotation = rotate();
const ended: Ended[] = [];
const running: Promise<void>[] = [];
let inFlight = 0;
let mostInFlight = 0;
for (let number = 0; number < requests; number += 1) {
  await until((number * runMs) / requests);
  const sentAt = elapsed();
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  running.push(
    verify(number).then((outcome) => {
      inFlight -= 1;
      ended.push({ outcome, sentAt, endedAt: elapsed() });
    }),
  );
  if (number % 100 === 0)
    process.stderr.write(`\r${ended.length} of ${requests} requests, ${Math.round(elapsed() / 1000)} s `);
}
await Promise.all(running);
const { revokedAt, arrivedAt, readsInCoolDown } = await rotation;

const failed = ended.filter(({ outcome }) => outcome !== 'verified');
// The forced read without a new key starts with the first response to the revoked key.
const opensAt = revokedAt + kaleyraMs + coolDownMs;
const allowed = failed.filter(
  ({ outcome, endedAt, sentAt }) =>
    outcome === 'CredentialsRejected' && endedAt > revokedAt && sentAt < opensAt + kaleyraMs,
);
const lastFailedAt = Math.max(...failed.map(({ endedAt }) => endedAt));
const readsInRun = reads();

process.stderr.write('\ra key without a successor ');
revoke(4);
const readsBefore = reads();
const coolDowns = 10;
let endedWithoutSuccessor = 0;
for (let step = 0; step < coolDowns * 30; step += 1) {
  clock.ahead += 1000;
  // Ten requests in parallel, every ten seconds of the clock.
  if (step % 10 === 0)
    endedWithoutSuccessor += (await Promise.all(Array.from({ length: 10 }, (_, each) => verify(each))))
      .length;
}
const readsWithoutSuccessor = reads() - readsBefore;

agent.destroy();
client.destroy();
await Promise.all([kaleyra.close(), secrets.close()]);

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
const broken = [
  ended.length !== requests && 'a request has no response',
  failed.length > allowed.length && 'a request failed although the secret contained a valid key',
  readsInCoolDown > 1 && 'more than one forced read in a cool-down',
  readsWithoutSuccessor > coolDowns + 1 && 'more than one forced read for each cool-down',
].filter((promise) => promise !== false);

console.log(`
Rotation: ${ended.length} of ${requests} requests ended, at most ${mostInFlight} in parallel, during 3 rotations.
Failures outside the cool-down of the late key: ${failed.length - allowed.length}. Within it, all CredentialsRejected: \
${allowed.length}, the last one ${seconds(lastFailedAt - arrivedAt)} s after the key was stored.
Secrets Manager reads: ${readsInRun}, of which ${readsInCoolDown} forced while the late key was missing.
Key without a successor: ${endedWithoutSuccessor} requests and ${readsWithoutSuccessor} reads in ${coolDowns} cool-downs.`);
for (const promise of broken) console.log(`BROKEN: ${promise}`);
console.log(`${broken.length} promises broken.`);
process.exitCode = broken.length > 0 ? 1 : 0;
