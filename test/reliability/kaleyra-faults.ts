/** All faults of Kaleyra, and how the contract wants a request to end. */
import { sendEnvelope } from '../../lib/sandbox/kaleyra/behaviours.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { type ConnectionFault, connectionFaults, type KaleyraFault } from './kaleyra-fault.ts';
import { memoryFaults } from './kaleyra-memory-faults.ts';
import { envelopeFaults, otherResponseFaults } from './kaleyra-response-faults.ts';
import { transportFaults } from './kaleyra-transport-faults.ts';

export const healthy: KaleyraFault = {
  name: 'none',
  outcome: 'Verified',
  behaviour: sendEnvelope(pageSamples.success, 200),
};

const noConnection = Object.entries(connectionFaults).map(
  ([name, reason]): KaleyraFault => ({
    name,
    // Once the connection is established, it is unknown how much of the request was read.
    outcome: name === 'reset during the request' ? 'OutcomeUnknown' : 'KaleyraUnavailable',
    // Without a network, the reason depends on the machine's resolver.
    ...(name !== 'unresolvable' && { reason }),
    connection: name as ConnectionFault,
    timesOut: name === 'TLS: handshake never ends',
  }),
);

export const kaleyraFaults: readonly KaleyraFault[] = [
  healthy,
  ...noConnection,
  ...transportFaults,
  ...otherResponseFaults,
  ...envelopeFaults,
  ...memoryFaults,
];
