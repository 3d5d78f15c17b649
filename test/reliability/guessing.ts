/**
 * `npm run faults`, second part: 60 guesses of a password while attempts are counted in DynamoDB, for every response to a
 * wrong password after which Kaleyra may have checked it. Exactly five of them have to reach Kaleyra. Exits with status 1
 * otherwise. `node test/reliability/guessing.ts WA401` runs only the variants whose name contains the text.
 */
import { Agent } from 'node:https';
import { createDynamoDbStore } from '../../functions/verify-number/attempts/dynamodb.ts';
import { createAttemptLimiter } from '../../functions/verify-number/attempts/limiter.ts';
import { getDefinition } from '../../functions/verify-number/core/failures.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { directEvent } from '../support/events.ts';
import { createTestHandler } from '../support/test-handler.ts';
import type { KaleyraFault } from './kaleyra-fault.ts';
import { kaleyraFaults } from './kaleyra-faults.ts';
import { envelopeFaults } from './kaleyra-response-faults.ts';
import { resolveToLoopback } from './loopback-clients.ts';
import { toWaba } from './request-addresses.ts';
import { startFaultServers } from './start-fault-servers.ts';

const guesses = 60;
const parallel = 6;
const allowed = 5;
/** Long enough for every response that comes at all. */
const kaleyraTimeoutMs = 500;

/** What the guesses have in common. */
const identities = {
  'the same number and id': (_guess: number) => ({}),
  'another number for the same id each time': (guess: number) => ({
    phone_number: `+9198${10_000_000 + guess}`,
  }),
  'another id for the same number each time': (guess: number) => ({ id: String(guess) }),
} as const;
type Identity = keyof typeof identities;

interface Variant {
  readonly fault: KaleyraFault;
  readonly identity: Identity;
}

/** Not the faults of a Kaleyra that accepts every password: it verifies the number with the first guess. */
const mayBeResponseToWrongPassword = ({ outcome, connection, next }: KaleyraFault): boolean =>
  !connection && !next && outcome !== 'Verified' && getDefinition(outcome).passwordChecked !== 'no';

const variants: readonly Variant[] = [
  ...kaleyraFaults
    .filter(mayBeResponseToWrongPassword)
    .map((fault): Variant => ({ fault, identity: 'the same number and id' })),
  ...envelopeFaults.filter(mayBeResponseToWrongPassword).flatMap((fault): Variant[] => [
    { fault, identity: 'another number for the same id each time' },
    { fault, identity: 'another id for the same number each time' },
  ]),
];
const getName = ({ fault, identity }: Variant): string => `${fault.name} | ${identity}`;

const dynamoDb = await startDynamoDb();
const servers = await startFaultServers();
const agent = new Agent({ keepAlive: true, ca: servers.ports.authority, lookup: resolveToLoopback });
const exchange = createExchange({
  protocol: 'https:',
  hostname: 'api.in.kaleyra.io',
  port: servers.ports.kaleyra,
  agent,
});
const { invoke } = createTestHandler({
  credentials: {
    read: async () => ({ sid: 'FAKESID', apiKey: 'fake-key-1' }),
    replace: async () => undefined,
  },
  kaleyra: createKaleyraClient(exchange),
  kaleyraTimeoutMs,
  attempts: createAttemptLimiter(createDynamoDbStore(dynamoDb.client(), dynamoDb.tableName), {
    onFailure: 'refuse',
    tenantRequestsPerMinute: 1000,
  }),
});

let cell = 50_000;

/** Returns how many of the guesses reach Kaleyra. */
const guess = async ({ fault, identity }: Variant): Promise<number> => {
  cell += 1;
  const index = kaleyraFaults.indexOf(fault);
  let next = 0;
  const guessNext = async (): Promise<void> => {
    while (next < guesses) {
      next += 1;
      const { id = '', ...differing } = { id: '', ...identities[identity](next) };
      await invoke(
        directEvent({
          tenant_id: `guessed-${cell}`,
          waba_id: toWaba({ older: index, newer: index, newest: 1 }),
          ...differing,
          id: `${cell}${id}`,
          otp: String(100_000 + next),
        }),
      ).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: parallel }, guessNext));
  return (await servers.readSeen(String(cell))).passwords;
};

const [wanted = ''] = process.argv.slice(2);
const selected = variants.filter((variant) => getName(variant).includes(wanted));
let broken = 0;
let done = 0;
for (const variant of selected) {
  // A busy machine may exceed DynamoDB's deadline, so that fewer are counted than were made: that variant is run again.
  const reached = await guess(variant).then((first) => (first === allowed ? first : guess(variant)));
  done += 1;
  process.stderr.write(`\r${done} of ${selected.length} variants `);
  if (reached === allowed) continue;
  broken += 1;
  process.stderr.write(`\nBROKEN ${getName(variant)}: ${reached} of ${guesses} guesses reached Kaleyra.\n`);
}
agent.destroy();
servers.stop();
await dynamoDb.close();

console.log(
  `\nGuessing: ${selected.length} variants with ${guesses} guesses each. ` +
    `In ${selected.length - broken} of them, exactly ${allowed} guesses reached Kaleyra.`,
);
process.exitCode = broken > 0 || selected.length === 0 ? 1 : 0;
