/** A Kaleyra client and a server on which the test decides every byte. */
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { NumberToVerify } from '../../functions/verify-number/core/contract.ts';
import type { Failure } from '../../functions/verify-number/core/failures.ts';
import { createSteps } from '../../functions/verify-number/core/steps.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { createExchange, type KaleyraEndpoint } from '../../functions/verify-number/kaleyra/transport.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { sampleCommand } from './events.ts';
import { createManualClock } from './manual-clock.ts';
import { type RawRequest, startRawServer, toRawResponse } from './raw-server.ts';
import { sampleCredentials } from './test-handler.ts';

type SampleName = keyof typeof pageSamples;

/** A sample of Kaleyra's page, as bytes of HTTP. */
export const rawSample = (sample: SampleName): string => toRawResponse(JSON.stringify(pageSamples[sample]));

/** Writes the same text for every request. */
export const write = (text: string) => (socket: Socket) => {
  socket.write(text);
};

/** Fields of the sample request that differ. */
type Differences = Partial<NumberToVerify & { readonly otp: string }>;

/** Returns a function that verifies the sample request at the endpoint, and the clock of its idle connections. */
export const createVerify = (endpoint: KaleyraEndpoint, clock = createManualClock()) => {
  const client = createKaleyraClient(createExchange(endpoint, clock));
  const verify = ({ otp = sampleCommand.otp, ...number }: Differences = {}, withinMs = 10_000) =>
    client.verify(
      { number: { ...sampleCommand.number, ...number }, otp },
      sampleCredentials,
      performance.now() + withinMs,
      createSteps(),
    );
  return { clock, verify };
};

export interface RawKaleyra {
  readonly onRequest?: (socket: Socket, request: RawRequest, count: number) => void;
  readonly onConnection?: (socket: Socket, connection: number) => void;
}

export const startRawKaleyra = async ({ onRequest, onConnection }: RawKaleyra) => {
  let count = 0;
  const server = await startRawServer({
    ...(onConnection && { onConnection }),
    onRequest: (socket, request) => {
      count += 1;
      onRequest?.(socket, request, count);
    },
  });
  const agent = new Agent({ keepAlive: true });
  const endpoint = { protocol: 'http:', hostname: '127.0.0.1', port: server.port, agent } as const;
  return {
    server,
    agent,
    ...createVerify(endpoint),
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
};

/** Returns the failure that the work rejects with. */
export const getFailure = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => {
      throw new Error('The work did not fail.');
    },
    (failure: Failure) => failure,
  );

/** Waits until what one side of a loopback socket did has reached the other side. */
export const settleDown = () => new Promise((resolve) => setTimeout(resolve, 20));
