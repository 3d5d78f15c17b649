/**
 * `npm run faults`, second part: 10,000 requests over three rotations of a tenant's key, by both entry points, in real time.
 * Before the second one the old key is revoked five seconds too early. Then the same tenant's key is revoked for good,
 * over ten cool-downs of a clock that the run moves, for they would take five minutes.
 * Exits with 1 where a promise is broken.
 */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHandler } from '../../functions/verify-number/handler.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { createTenantCredentials } from '../../functions/verify-number/tenants/credentials.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import { after, sendEnvelope } from '../../lib/sandbox/kaleyra/behaviours.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { startKaleyraServer } from '../../lib/sandbox/kaleyra/server.ts';
import { startSecretsManager } from '../../lib/sandbox/secrets-manager/server.ts';
import { createCertificateAuthority } from '../support/certificates.ts';
import { directEvent, httpEvent, lambdaContext } from '../support/events.ts';
import { secretOf } from './fault-addresses.ts';
import { createSecretsClient, toLoopback } from './loopback-clients.ts';

const requests = 10_000;
const runMs = 125_000;
/** How long Kaleyra takes, so that some fifty requests are in flight at any time. */
const kaleyraMs = 600;
/** What the contract sets between two forced reads. */
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
const secrets = await startSecretsManager({ secrets: { [secretName]: secretOf(1) } });
const client = createSecretsClient(`http://127.0.0.1:${secrets.port}`);
const agent = new Agent({ keepAlive: true, ca: authority.cert, lookup: toLoopback });
const reads = () => secrets.callCount('GetSecretValue');

const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
const handler = createHandler({
  credentials: createTenantCredentials(createReadSecret(client, 'kaleyra/'), 300_000, clock),
  kaleyra: createKaleyraClient({
    protocol: 'https:',
    hostname: 'api.in.kaleyra.io',
    port: kaleyra.port,
    agent,
  }),
  kaleyraTimeoutMs: 10_000,
  pod: 'IN',
  record: () => {},
});

/** One request; the HTTP entry point and the direct one take turns. */
const verify = async (number: number): Promise<string> => {
  const id = String(1_000_000 + number);
  if (number % 2 === 0) {
    const response = (await handler(httpEvent({ body: { id } }), lambdaContext())) as { body: string };
    const { code, status } = JSON.parse(response.body);
    return code ?? status;
  }
  return handler(directEvent({ id }), lambdaContext()).then(
    () => 'verified',
    (failure: Error) => failure.name,
  );
};

const startedAt = performance.now();
const elapsed = (): number => performance.now() - startedAt;
const until = (at: number): Promise<void> => sleep(Math.max(0, at - elapsed()));

const put = (version: number): void => {
  activeKeys.add(`fake-key-${version}`);
  secrets.put(secretName, secretOf(version));
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
  readonly beganAt: number;
  readonly endedAt: number;
}

const rotation = rotate();
const ended: Ended[] = [];
const running: Promise<void>[] = [];
let inFlight = 0;
let mostInFlight = 0;
for (let number = 0; number < requests; number += 1) {
  await until((number * runMs) / requests);
  const beganAt = elapsed();
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  running.push(
    verify(number).then((outcome) => {
      inFlight -= 1;
      ended.push({ outcome, beganAt, endedAt: elapsed() });
    }),
  );
  if (number % 100 === 0)
    process.stderr.write(`\r${ended.length} of ${requests} requests, ${Math.round(elapsed() / 1000)} s `);
}
await Promise.all(running);
const { revokedAt, arrivedAt, readsInCoolDown } = await rotation;

const failed = ended.filter(({ outcome }) => outcome !== 'verified');
// The forced read that found nothing began once the first answer to the revoked key was there.
const opensAt = revokedAt + kaleyraMs + coolDownMs;
const allowed = failed.filter(
  ({ outcome, endedAt, beganAt }) =>
    outcome === 'CredentialsRejected' && endedAt > revokedAt && beganAt < opensAt + kaleyraMs,
);
const lastFailedAt = Math.max(...failed.map(({ endedAt }) => endedAt));
const readsInRun = reads();

process.stderr.write('\rnow a key without a successor ');
revoke(4);
const readsBefore = reads();
const coolDowns = 10;
let answered = 0;
for (let step = 0; step < coolDowns * 30; step += 1) {
  clock.ahead += 1000;
  // Ten at once, for each second of the clock that the run moves.
  if (step % 10 === 0)
    answered += (await Promise.all(Array.from({ length: 10 }, (_, each) => verify(each)))).length;
}
const readsWithoutSuccessor = reads() - readsBefore;

agent.destroy();
client.destroy();
await Promise.all([kaleyra.close(), secrets.close()]);

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
const broken = [
  ended.length !== requests && 'a request has no answer',
  failed.length > allowed.length && 'a request failed though the secret held a good key',
  readsInCoolDown > 1 && 'more than one forced read in a cool-down',
  readsWithoutSuccessor > coolDowns + 1 && 'more than one forced read for each cool-down',
].filter((promise) => promise !== false);

console.log(`
| rotation under load | |
| --- | --: |
| requests, answered | ${requests}, ${ended.length} |
| most in flight | ${mostInFlight} |
| rotations, late ones among them | 3, 1 |
| failures outside the late key's cool-down | ${failed.length - allowed.length} |
| failures within it (CredentialsRejected) | ${allowed.length} |
| last of them, after the late key's arrival, s | ${seconds(lastFailedAt - arrivedAt)} |
| and after the old one was revoked, s | ${seconds(lastFailedAt - revokedAt)} |
| Secrets Manager reads in the run | ${readsInRun} |
| forced reads while the late key was awaited | ${readsInCoolDown} |
| key without successor: requests, cool-downs, reads | ${answered}, ${coolDowns}, ${readsWithoutSuccessor} |
`);
for (const promise of broken) console.log(`BROKEN: ${promise}`);
process.exitCode = broken.length > 0 ? 1 : 0;
