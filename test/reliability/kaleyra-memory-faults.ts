/** Faults of a Kaleyra that remembers which numbers it has verified. */
import {
  closeConnection,
  type FixedBehaviour,
  resetConnection,
  sendEnvelope,
  sendHtml,
  staySilent,
} from '../../lib/sandbox/kaleyra/behaviours.ts';
import { otherSamples, pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { type KaleyraFault, sendUntilClosed } from './kaleyra-fault.ts';

type FaultBehaviour = NonNullable<KaleyraFault['behaviour']>;

/** Verifies a new number, and then does something instead of confirming it. Responds 'already approved' otherwise. */
const verifyAnd =
  (then: FixedBehaviour): FaultBehaviour =>
  (exchange, { verify }) => {
    const envelope = verify();
    if (envelope.code === pageSamples.success.code) then(exchange);
    else sendEnvelope(envelope)(exchange);
  };

/** Verifies a new number and confirms it, or breaks the connection if it is a kept-alive one. */
const verifyAndBreak =
  (breakConnection: FixedBehaviour, repeat: FixedBehaviour): FaultBehaviour =>
  (exchange, { verify }) => {
    const isNew = verify().code === pageSamples.success.code;
    if (!isNew) repeat(exchange);
    else if (exchange.turn > 1) breakConnection(exchange);
    else sendEnvelope(pageSamples.success)(exchange);
  };

const alreadyApproved = sendEnvelope(pageSamples.alreadyApproved);

export const memoryFaults: readonly KaleyraFault[] = [
  {
    name: 'verifies, then closes the kept-alive connection',
    outcome: 'Verified',
    posts: 2,
    next: 'AlreadyVerified',
    behaviour: verifyAndBreak(closeConnection, alreadyApproved),
  },
  {
    name: 'verifies, then resets the kept-alive connection',
    outcome: 'Verified',
    posts: 2,
    next: 'AlreadyVerified',
    isAlone: true,
    behaviour: verifyAndBreak(resetConnection, alreadyApproved),
  },
  {
    name: 'verifies, then responds 502',
    outcome: 'KaleyraFailed',
    reason: 'not_an_envelope',
    next: 'AlreadyVerified',
    behaviour: verifyAnd(sendHtml(502)),
  },
  {
    name: "verifies, then responds 'Internal server error'",
    outcome: 'KaleyraFailed',
    next: 'AlreadyVerified',
    isAlone: true,
    behaviour: verifyAnd(sendEnvelope(pageSamples.tryAgainLater)),
  },
  {
    name: 'verifies, then cuts the response short',
    outcome: 'OutcomeUnknown',
    reason: 'response_cut_short',
    next: 'AlreadyVerified',
    isAlone: true,
    behaviour: verifyAnd(sendUntilClosed('200 OK', '{"code":"WA200","mess')),
  },
  {
    name: 'verifies, then stays silent',
    outcome: 'OutcomeUnknown',
    reason: 'timeout',
    timesOut: true,
    next: 'AlreadyVerified',
    isAlone: true,
    behaviour: verifyAnd(staySilent),
  },
  ...Object.entries({
    'HTTP 429': sendHtml(429),
    WA429: sendEnvelope(otherSamples.tooManyRequests),
    WAV2101: sendEnvelope(otherSamples.dailyLimitReached),
    E110: sendEnvelope(otherSamples.insufficientBalance),
  }).map(
    ([response, repeat]): KaleyraFault => ({
      name: `verifies, then closes the kept-alive connection and responds to the repeat with ${response}`,
      outcome: 'Verified',
      onKeptAlive: 'OutcomeUnknown',
      posts: 2,
      isAlone: true,
      behaviour: verifyAndBreak(closeConnection, repeat),
    }),
  ),
];
