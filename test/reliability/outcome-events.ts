/**
 * 10,000 requests become 10,000 distinct events, while the bus throttles, fails, rejects single entries and resets
 * connections, and the queue fails too. Exits with status 1 if an event is lost or has a password, a key or a number.
 */
import { collectLogLines, deliverLines } from '../support/outcome-events-run.ts';

const requests = 10_000;
const faults = ['throttled', 'failed', 'partial', 'reset'] as const;

let calls = 0;
/** Sixty percent of the calls to the bus fail, and a tenth of those to the queue. */
const getFault = (target: 'bus' | 'queue') => {
  calls += 1;
  if (target === 'queue') return calls % 10 === 0 ? 'failed' : undefined;
  return Math.random() < 0.6 ? faults[calls % faults.length] : undefined;
};

const { lines, confidential } = await collectLogLines(requests);
const { accepted, queued, details } = await deliverLines(lines, getFault);
const distinct = new Set(details.map((detail) => JSON.parse(detail).request_id)).size;
const text = details.join('\n');
const leaks = confidential.filter((value) => text.includes(value)).length;

console.log({ requests, accepted: accepted.length, queued: queued.length, distinct, leaks, calls });
if (distinct !== requests || leaks > 0) process.exitCode = 1;
