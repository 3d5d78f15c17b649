/** Faults of the exchange: connections that break, and responses that do not arrive as they should. */
import {
  after,
  closeConnection,
  drip,
  resetConnection,
  sendBytes,
  sendEnvelope,
  sendHalf,
  staySilent,
} from '../../lib/sandbox/kaleyra/behaviours.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { dripFromFirstByte, type KaleyraFault, sendThen, sendUntilClosed, success } from './kaleyra-fault.ts';

export const transportFaults: readonly KaleyraFault[] = [
  {
    name: 'closed after the request',
    outcome: 'OutcomeUnknown',
    looksDead: true,
    behaviour: closeConnection,
  },
  {
    name: 'reset after the request',
    outcome: 'OutcomeUnknown',
    looksDead: true,
    behaviour: after(20, resetConnection),
  },
  {
    name: 'stale kept-alive socket',
    outcome: 'Verified',
    posts: 2,
    behaviour: (exchange) =>
      (exchange.turn === 1 ? sendEnvelope(pageSamples.success) : resetConnection)(exchange),
  },
  {
    name: 'closed right after each response',
    outcome: 'Verified',
    posts: 2,
    behaviour: sendThen(sendEnvelope(pageSamples.success), closeConnection),
  },
  { name: 'silence', outcome: 'OutcomeUnknown', reason: 'timeout', timesOut: true, behaviour: staySilent },
  {
    name: 'drip, from the first byte',
    outcome: 'OutcomeUnknown',
    reason: 'timeout',
    timesOut: true,
    behaviour: dripFromFirstByte,
  },
  {
    name: 'drip, in the body',
    outcome: 'OutcomeUnknown',
    reason: 'timeout',
    timesOut: true,
    behaviour: drip(50),
  },
  {
    name: 'half a response, then closed',
    outcome: 'OutcomeUnknown',
    reason: 'response_cut_short',
    behaviour: sendHalf(closeConnection),
  },
  {
    name: 'half a response, then reset',
    outcome: 'OutcomeUnknown',
    reason: 'ECONNRESET',
    behaviour: sendHalf(after(20, resetConnection)),
  },
  {
    name: 'half a response, then silence',
    outcome: 'OutcomeUnknown',
    reason: 'timeout',
    timesOut: true,
    behaviour: sendHalf(staySilent),
  },
  {
    name: 'half a chunked response, then closed',
    outcome: 'OutcomeUnknown',
    reason: 'response_cut_short',
    behaviour: ({ response, close }) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(success.slice(0, 16), close);
    },
  },
  {
    name: 'not HTTP',
    outcome: 'OutcomeUnknown',
    behaviour: sendBytes('\u0000\u0001 this is no HTTP\r\n\r\n'),
  },
  {
    name: 'a bad chunk',
    outcome: 'OutcomeUnknown',
    behaviour: sendBytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
  },
  {
    name: 'headers too large',
    outcome: 'OutcomeUnknown',
    reason: 'HPE_HEADER_OVERFLOW',
    behaviour: sendEnvelope(pageSamples.success, 200, { 'x-large': 'x'.repeat(64 * 1024) }),
  },
  {
    name: '101 Switching Protocols',
    outcome: 'OutcomeUnknown',
    reason: 'upgrade',
    behaviour: sendBytes('HTTP/1.1 101 Switching Protocols\r\nupgrade: foo\r\nconnection: upgrade\r\n\r\n'),
  },
  {
    name: '103, then the response',
    outcome: 'Verified',
    behaviour: (exchange) => {
      exchange.response.writeEarlyHints({ link: '</x>; rel=preload' });
      sendEnvelope(pageSamples.success)(exchange);
    },
  },
  {
    name: 'cut short without a declared length',
    outcome: 'OutcomeUnknown',
    reason: 'response_cut_short',
    isAlone: true,
    behaviour: sendUntilClosed('200 OK', success.slice(0, -1)),
  },
  {
    name: 'cut short without a declared length, before the first byte',
    outcome: 'OutcomeUnknown',
    reason: 'response_cut_short',
    isAlone: true,
    behaviour: sendUntilClosed('200 OK', ''),
  },
  {
    name: 'complete without a declared length',
    outcome: 'Verified',
    isAlone: true,
    behaviour: sendUntilClosed('200 OK', success),
  },
];
