import { Agent, type AgentOptions } from 'node:https';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { secretDeadlineMs } from '../../functions/verify-number/config.ts';
import { catalogue, Failure, failureCodes } from '../../functions/verify-number/core/failures.ts';
import { createHandler } from '../../functions/verify-number/handler.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { createTenantCredentials } from '../../functions/verify-number/tenants/credentials.ts';
import { createReadSecret } from '../../functions/verify-number/tenants/read-secret.ts';
import { directEvent, httpEvent, lambdaContext } from '../support/events.ts';
import { secretOf, wabaOf } from './fault-addresses.ts';
import type { FaultCell } from './fault-cells.ts';
import { atLast } from './held-resources.ts';
import type { Outcome } from './kaleyra-fault.ts';
import { kaleyraFaults } from './kaleyra-faults.ts';
import { createSecretsClient, toLoopback, toNowhere } from './loopback-clients.ts';
import { secretsFaults } from './secrets-faults.ts';
import type { FaultServers } from './start-fault-servers.ts';

export const channels = ['http', 'direct'] as const;
export type Channel = (typeof channels)[number];

/**
 * How many requests a cell gets, and how many of them at once: first so many that every connection is busy; then, where
 * it does not take long, so few that some lie idle between two requests.
 */
const rounds = [
  { requests: 200, atOnce: 50 },
  { requests: 50, atOnce: 10 },
] as const;
const mostRequests = rounds[0].requests + rounds[1].requests;

/** As an operator may set it: short, so that the run is, and long enough for a busy machine. */
const kaleyraTimeoutMs = 2000;
const graceMs = 250;

/** What came of a cell. All but the first three must be 0. */
export interface CellResult {
  readonly requests: number;
  readonly slowestMs: number;
  readonly secretReads: number;
  /** Answers that are no row of the catalogue, whole and in its form. */
  readonly outsideCatalogue: number;
  /** Answers that are a row, but not the one that the contract asks for. */
  readonly otherOutcome: number;
  /** What those were. */
  readonly others: readonly string[];
  readonly late: number;
  /** Requests that were posted more often than allowed, or to another host. */
  readonly postedTooOften: number;
  /** Answers or lines of log with a key or a password. */
  readonly leaks: number;
  /** Requests that the HTTP agent still holds a socket or a place for. */
  readonly heldByAgent: number;
}

const otp = '428571';
let cells = 10_000;

/** Runs one cell by one entry point, against a function of its own. */
export const runCell = async (
  cell: FaultCell,
  channel: Channel,
  servers: FaultServers,
): Promise<CellResult> => {
  cells += 1;
  const number = String(cells);
  const { ports } = servers;
  const { connection } = cell.kaleyra;
  const agent = new Agent({
    keepAlive: true,
    ca: ports.authority,
    ...lookupFor(cell),
  });
  const fault = secretsFaults.indexOf(cell.secrets);
  const keyVersion = cell.credentials === 'revoked' ? 2 : 1;
  const client = createSecretsClient(
    cell.secrets.refused
      ? `http://127.0.0.1:${ports.connection.refused}`
      : `http://127.0.0.1:${ports.secretsManager}/${number}/${fault}/${keyVersion}`,
  );

  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  let readSecret = createReadSecret(client, 'kaleyra/');
  const credentials = createTenantCredentials((tenantId) => readSecret(tenantId), 300_000, clock);
  const records: object[] = [];
  const handler = createHandler({
    credentials,
    kaleyra: createKaleyraClient({
      protocol: 'https:',
      hostname: connection === 'unresolvable' ? 'kaleyra.invalid' : 'api.in.kaleyra.io',
      port: (connection && ports.connection[connection]) ?? ports.kaleyra,
      agent,
    }),
    kaleyraTimeoutMs,
    pod: 'IN',
    record: (record) => records.push(record),
  });

  const tenantOf = (request: number) => `tenant-${number}-${request}`;
  if (cell.credentials !== 'none') {
    const read = readSecret;
    readSecret = async () => secretOf(1);
    for (let request = 0; request < mostRequests; request += 1) await credentials.read(tenantOf(request));
    readSecret = read;
    if (cell.credentials === 'stale') clock.ahead = 301_000;
  }

  const waba_id = wabaOf({
    older: kaleyraFaults.indexOf(cell.kaleyra),
    newer: kaleyraFaults.indexOf(cell.kaleyraThen),
    newest: keyVersion,
  });
  const reads = cell.credentials === 'fresh' ? 0 : 1;
  const deadlineMs = kaleyraTimeoutMs + reads * secretDeadlineMs + graceMs;
  const tally = { requests: 0, outsideCatalogue: 0, otherOutcome: 0, late: 0, leaks: 0, slowestMs: 0 };
  const others = new Set<string>();

  await inRounds(cell.pace === 'busy' ? rounds : rounds.slice(0, 1), async (request) => {
    tally.requests += 1;
    const tenant_id = tenantOf(request);
    const id = `${number}${100_000 + request}`;
    const event =
      channel === 'http'
        ? httpEvent({ path: { tenant_id, waba_id }, body: { id, otp } })
        : directEvent({ tenant_id, waba_id, id, otp });
    const startedAt = performance.now();
    const answer = await handler(event, lambdaContext()).then(
      (value) => ({ value }),
      (thrown: unknown) => ({ thrown }),
    );
    const tookMs = performance.now() - startedAt;
    const outcome = channel === 'http' ? outcomeOfResponse(answer, cell) : outcomeOfCall(answer, cell);
    if (outcome === undefined) tally.outsideCatalogue += 1;
    else if (outcome !== cell.outcome) tally.otherOutcome += 1;
    if (outcome !== cell.outcome) others.add(outcome ?? describe(answer));
    if (tookMs > deadlineMs) tally.late += 1;
    if (hasSecret(describe(answer))) tally.leaks += 1;
    tally.slowestMs = Math.max(tally.slowestMs, tookMs);
  });

  const heldByAgent = await atLast(
    () => Object.values(agent.sockets).flat().length + Object.values(agent.requests).flat().length,
  );
  agent.destroy();
  client.destroy();
  const seen = await servers.seen(number);
  return {
    ...tally,
    secretReads: seen.secretReads,
    others: [...others],
    postedTooOften: seen.postsOfRequest
      .filter(([times]) => times > cell.posts)
      .reduce((sum, [, requests]) => sum + requests, seen.trapped),
    leaks: tally.leaks + records.filter((record) => hasSecret(JSON.stringify(record))).length,
    heldByAgent,
  };
};

/** Calls `send` for every request of a cell. */
const inRounds = async (
  which: readonly { readonly requests: number; readonly atOnce: number }[],
  send: (request: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  for (const { requests, atOnce } of which) {
    const end = next + requests;
    const oneAfterTheOther = async (): Promise<void> => {
      while (next < end) {
        next += 1;
        await send(next - 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  }
};

/** Kaleyra's own names lead to loopback. One that leads nowhere is left to the real resolver, once: it takes its time. */
const lookupFor = ({ kaleyra, credentials }: FaultCell): AgentOptions => {
  if (kaleyra.connection !== 'unresolvable') return { lookup: toLoopback };
  return credentials === 'fresh' ? {} : { lookup: toNowhere };
};

type Answer = { readonly value: unknown } | { readonly thrown: unknown };

const isCode = (code: unknown): code is keyof typeof catalogue =>
  failureCodes.some((known) => known === code);

/** The HTTP entry point's answer as an outcome, or `undefined` where it is not a whole answer in the contract's form. */
const outcomeOfResponse = (answer: Answer, { kaleyra }: FaultCell): Outcome | undefined => {
  if (!('value' in answer)) return undefined;
  const { statusCode, headers = {}, body = '' } = answer.value as APIGatewayProxyStructuredResultV2;
  const { code, status } = JSON.parse(body);
  if (statusCode === 200) return status === 'verified' ? 'Verified' : undefined;
  if (!isCode(code) || statusCode !== catalogue[code].status || status !== statusCode) return undefined;
  if (headers['content-type'] !== 'application/problem+json') return undefined;
  const isRetryable429Or503 = catalogue[code].retryable && (statusCode === 429 || statusCode === 503);
  if (isRetryable429Or503 !== 'retry-after' in headers) return undefined;
  return !kaleyra.retryAfter || code !== kaleyra.outcome || headers['retry-after'] === kaleyra.retryAfter
    ? code
    : undefined;
};

/** The same of the direct entry point's. */
const outcomeOfCall = (answer: Answer, { kaleyra }: FaultCell): Outcome | undefined => {
  if ('value' in answer) {
    return (answer.value as { status?: unknown } | undefined)?.status === 'verified' ? 'Verified' : undefined;
  }
  const { thrown } = answer;
  if (!(thrown instanceof Failure) || !isCode(thrown.name) || thrown.name !== thrown.code) return undefined;
  const { code, retryAfterSeconds } = thrown;
  return !kaleyra.retryAfter || code !== kaleyra.outcome || String(retryAfterSeconds) === kaleyra.retryAfter
    ? code
    : undefined;
};

const describe = (answer: Answer): string =>
  'value' in answer
    ? JSON.stringify(answer.value)
    : `${answer.thrown} ${JSON.stringify(answer.thrown)} ${String((answer.thrown as Error)?.cause)}`;

const hasSecret = (text: string): boolean => text.includes('fake-key-') || text.includes(otp);
