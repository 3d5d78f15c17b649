/** Runs one cell of the fault matrix by one entry point, with a function of its own. */
import { attemptsDeadlineMs, secretDeadlineMs } from '../../functions/verify-number/core/time-budget.ts';
import { directEvent, httpEvent } from '../support/events.ts';
import { type Channel, describeEnded, type Ended, readReport } from './cell-report.ts';
import { composeCell, kaleyraTimeoutMs } from './compose-cell.ts';
import type { FaultCell } from './fault-cells.ts';
import { waitForZero } from './held-resources.ts';
import { kaleyraFaults } from './kaleyra-faults.ts';
import { toWaba } from './request-addresses.ts';
import type { FaultServers } from './start-fault-servers.ts';

interface Round {
  readonly requests: number;
  readonly parallel: number;
}

/** First so many requests in parallel that each connection is busy, then so few that some connections are idle. */
const rounds: readonly [Round, Round] = [
  { requests: 200, parallel: 50 },
  { requests: 50, parallel: 10 },
];
/** For cells with two faults, of which there are many. */
const shortRounds: readonly [Round, Round] = [
  { requests: 100, parallel: 50 },
  { requests: 20, parallel: 10 },
];
/** How much later than its deadline a request may end, on a busy machine. */
const graceMs = 250;

/** The results of a cell. All but the first four have to be 0. */
export interface CellResult {
  readonly requests: number;
  readonly slowestMs: number;
  readonly secretReads: number;
  /** The outcomes that were not expected. */
  readonly others: readonly string[];
  /** Reports that do not have the form that the contract defines. */
  readonly malformed: number;
  readonly otherOutcome: number;
  readonly otherReason: number;
  readonly late: number;
  /** Requests that were posted more often than allowed, or to another host. */
  readonly postedTooOften: number;
  /** Reports and log events that contain a key or a password. */
  readonly leaks: number;
  /** Requests without exactly one log event. */
  readonly otherEvents: number;
  /** Requests that the HTTP agent still holds a socket or a place for. */
  readonly heldByAgent: number;
}

const otp = '428571';
let cells = 10_000;

export const runCell = async (
  cell: FaultCell,
  channel: Channel,
  servers: FaultServers,
): Promise<CellResult> => {
  cells += 1;
  const number = String(cells);
  const { expected, kaleyra, kaleyraThen } = cell;
  const keyVersion = cell.cached === 'revoked' ? 2 : 1;
  const { invoke, events, getTenant, agent, close } = await composeCell(cell, number, keyVersion, servers);

  const waba_id = toWaba({
    older: kaleyraFaults.indexOf(kaleyra),
    newer: kaleyraFaults.indexOf(kaleyraThen),
    newest: keyVersion,
  });
  const reads = cell.cached === 'fresh' ? 0 : 1;
  const attemptsMs = cell.attempts ? 2 * attemptsDeadlineMs : 0;
  const deadlineMs = kaleyraTimeoutMs + reads * secretDeadlineMs + attemptsMs + graceMs;
  const tally = { requests: 0, malformed: 0, otherOutcome: 0, late: 0, leaks: 0, slowestMs: 0 };
  const outcomes = new Set<string>();
  const others = new Set<string>();

  const send = async (request: number, allowed: readonly string[]): Promise<void> => {
    tally.requests += 1;
    const tenant_id = getTenant(request);
    const body = {
      id: `${number}${100_000 + request}`,
      phone_number: `+9198${10_000_000 + request}`,
      otp,
    };
    const event =
      channel === 'http'
        ? httpEvent({ path: { tenant_id, waba_id }, body })
        : directEvent({ tenant_id, waba_id, ...body });
    const startedAt = performance.now();
    const ended: Ended = await invoke(event).then(
      (value) => ({ value }),
      (thrown: unknown) => ({ thrown }),
    );
    const tookMs = performance.now() - startedAt;
    const report = readReport(channel, ended);
    const isOther =
      !report ||
      !allowed.includes(report.outcome) ||
      (kaleyraThen.retryAfter &&
        report.outcome === kaleyraThen.outcome &&
        report.retryAfter !== kaleyraThen.retryAfter);
    if (!report) tally.malformed += 1;
    else outcomes.add(report.outcome);
    if (report && isOther) tally.otherOutcome += 1;
    if (isOther) others.add(report?.outcome ?? describeEnded(ended));
    if (tookMs > deadlineMs) tally.late += 1;
    if (hasSecret(describeEnded(ended))) tally.leaks += 1;
    tally.slowestMs = Math.max(tally.slowestMs, tookMs);
  };

  const { onKeptAlive, next } = kaleyraThen;
  const allowed: readonly string[] = [expected.outcome, ...(onKeptAlive ? [onKeptAlive] : [])];
  await inRounds(getRounds(cell), (request) => send(request, allowed));
  const otherReason = events.filter(
    ({ outcome, reason }) =>
      outcome === expected.outcome && expected.reason !== undefined && reason !== expected.reason,
  ).length;
  if (onKeptAlive && !outcomes.has(onKeptAlive)) tally.otherOutcome += 1;
  if (next && expected.outcome === kaleyraThen.outcome) {
    await inRounds([rounds[1]], (request) => send(request, [next]));
  }

  const heldByAgent = await waitForZero(
    () => Object.values(agent.sockets).flat().length + Object.values(agent.requests).flat().length,
  );
  close();
  const seen = await servers.readSeen(number);
  const maxPosts = cell.posts + (next ? 1 : 0);
  return {
    ...tally,
    secretReads: seen.secretReads,
    others: [...others],
    otherReason,
    postedTooOften: seen.postsOfRequest
      .filter(([times]) => times > maxPosts)
      .reduce((sum, [, requests]) => sum + requests, seen.trapped),
    leaks: tally.leaks + events.filter((event) => hasSecret(JSON.stringify(event))).length,
    otherEvents: Math.abs(events.length - tally.requests),
    heldByAgent,
  };
};

const getRounds = ({ attempts, cached, pace }: FaultCell): readonly Round[] => {
  // Each counted request makes three calls to DynamoDB, so fewer of them run in parallel.
  if (attempts) return [rounds[1]];
  const [many, few] = cached === 'fresh' ? rounds : shortRounds;
  if (pace === 'busy') return [many, few];
  return [pace === 'slow' ? many : shortRounds[0]];
};

/** Calls `send` for every request of a cell. */
const inRounds = async (which: readonly Round[], send: (request: number) => Promise<void>): Promise<void> => {
  let next = 0;
  for (const { requests, parallel } of which) {
    const end = next + requests;
    const sendNext = async (): Promise<void> => {
      while (next < end) {
        next += 1;
        await send(next - 1);
      }
    };
    await Promise.all(Array.from({ length: parallel }, sendNext));
  }
};

const hasSecret = (text: string): boolean => text.includes('fake-key-') || text.includes(otp);
