/** A Kaleyra client at a server on which a test decides every byte. */
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { VerifyNumberCommand } from '../../functions/verify-number/core/contract.ts';
import type { Failure } from '../../functions/verify-number/core/failures.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { sampleCommand } from './events.ts';
import { createManualClock } from './manual-clock.ts';
import { type RawRequest, rawAnswer, startRawServer } from './raw-server.ts';
import { sampleCredentials } from './test-handler.ts';

type SampleName = keyof typeof pageSamples;

/** A sample of the vendor's page, as it goes over the wire. */
export const rawSample = (sample: SampleName): string => rawAnswer(JSON.stringify(pageSamples[sample]));

/** Writes the same to every request. */
export const write = (text: string) => (socket: Socket) => {
  socket.write(text);
};

interface RawKaleyra {
  readonly onRequest?: (socket: Socket, request: RawRequest, count: number) => void;
  readonly onConnection?: (socket: Socket, connection: number) => void;
  readonly hostHeader?: string;
}

export const startRawKaleyra = async ({ onRequest, onConnection, hostHeader }: RawKaleyra) => {
  let count = 0;
  const server = await startRawServer({
    ...(onConnection && { onConnection }),
    onRequest: (socket, request) => {
      count += 1;
      onRequest?.(socket, request, count);
    },
  });
  const agent = new Agent({ keepAlive: true });
  const clock = createManualClock();
  const client = createKaleyraClient(
    { protocol: 'http:', hostname: '127.0.0.1', port: server.port, agent, ...(hostHeader && { hostHeader }) },
    clock,
  );
  return {
    server,
    agent,
    clock,
    verify: (differing: Partial<VerifyNumberCommand> = {}, withinMs = 10_000) =>
      client.verify({ ...sampleCommand, ...differing }, sampleCredentials, performance.now() + withinMs),
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
};

/** What a piece of work fails with. */
export const failureOf = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => {
      throw new Error('there was no failure');
    },
    (failure: Failure) => failure,
  );

/** Long enough for what one side of a loopback socket did to reach the other. */
export const settleDown = () => new Promise((resolve) => setTimeout(resolve, 20));
