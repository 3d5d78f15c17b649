/** A Kaleyra client and a server on which the test decides every byte. */
import { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import type { NumberToVerify } from '../../functions/verify-number/core/contract.ts';
import type { Failure } from '../../functions/verify-number/core/failures.ts';
import { createSteps } from '../../functions/verify-number/core/steps.ts';
import { createKaleyraClient } from '../../functions/verify-number/kaleyra/client.ts';
import {
  type PreparedConnection,
  prepareConnections,
} from '../../functions/verify-number/kaleyra/connections.ts';
import { createExchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { sampleCommand } from './events.ts';
import { createManualClock } from './manual-clock.ts';
import { type RawRequest, startRawServer, toRawResponse } from './raw-server.ts';
import { sampleCredentials } from './test-handler.ts';

type SampleName = keyof typeof pageSamples;

/** A sample of Kaleyra's page, as bytes of HTTP. */
export const rawSample = (sample: SampleName): string => toRawResponse(JSON.stringify(pageSamples[sample]));

/** Kaleyra's response after which a number is verified. */
export const verified = rawSample('success');

/** Writes the same text for every request. */
export const write = (text: string) => (socket: Socket) => {
  socket.write(text);
};

/** Fields of the sample request that differ. */
type Differences = Partial<NumberToVerify & { readonly otp: string }>;

export type OnRequest = (socket: Socket, request: RawRequest, count: number) => void;

export interface RawKaleyra {
  readonly onRequest?: OnRequest;
  readonly onConnection?: (socket: Socket, connection: number) => void;
  /** The server's key and certificate. @default it does not speak TLS */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The authority that the client trusts. @default the client does not use TLS */
  readonly trusted?: string;
  /** Whether the host has an address, for each lookup. @default it has */
  readonly lookups?: readonly ('found' | 'gone')[];
  /** Opens a connection first, as the function does during init. */
  readonly prepares?: boolean;
}

/** Far enough away for a busy machine. */
const withinMsByDefault = 600_000;

export const kaleyraHost = 'api.in.kaleyra.io';

export const startRawKaleyra = async (given: RawKaleyra) => {
  const { onRequest, onConnection, tls, trusted, lookups = [] } = given;
  let count = 0;
  const server = await startRawServer({
    ...(onConnection && { onConnection }),
    ...(tls && { tls }),
    onRequest: (socket, request) => {
      count += 1;
      onRequest?.(socket, request, count);
    },
  });

  let lookupCount = 0;
  const lookup: LookupFunction = (hostname, _options, callback) => {
    lookupCount += 1;
    if (lookups[lookupCount - 1] !== 'gone') callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), []);
  };
  const options = { keepAlive: true, lookup, ...(trusted !== undefined && { ca: trusted }) };
  const agent = new (trusted === undefined ? Agent : HttpsAgent)(options);
  const sockets: Socket[] = [];
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (...all) => {
    const socket = createConnection(...all) as Socket;
    sockets.push(socket);
    return socket;
  };

  const clock = createManualClock();
  let prepared: PreparedConnection | undefined;
  if (given.prepares) {
    prepared = prepareConnections(agent as HttpsAgent, clock);
    await prepared.open(kaleyraHost, server.port, withinMsByDefault);
  }
  const client = createKaleyraClient(
    createExchange(
      {
        protocol: trusted === undefined ? 'http:' : 'https:',
        hostname: kaleyraHost,
        port: server.port,
        agent,
        ...(prepared && { prepared }),
      },
      clock,
    ),
  );
  return {
    server,
    agent,
    /** The clock of the idle connections. */
    clock,
    /** The client's side of each connection. */
    sockets,
    countLookups: () => lookupCount,
    /** Verifies the sample request. */
    verify: ({ otp = sampleCommand.otp, ...number }: Differences = {}, withinMs = withinMsByDefault) =>
      client.verify(
        { number: { ...sampleCommand.number, ...number }, otp },
        sampleCredentials,
        performance.now() + withinMs,
        createSteps(),
      ),
    /** Waits until the agent has learned of each connection that it is free, or closed. */
    settle: () => until(() => Object.keys(agent.sockets).length === 0),
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
};

/** Waits until something has happened in this process. */
export const until = async (hasHappened: () => boolean): Promise<void> => {
  while (!hasHappened()) await new Promise((resolve) => setImmediate(resolve));
};

/** Returns the failure that the work rejects with. */
export const getFailure = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => {
      throw new Error('The work did not fail.');
    },
    (failure: Failure) => failure,
  );
