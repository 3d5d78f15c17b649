/**
 * A Kaleyra and a Secrets Manager that fail, in a process of their own, so that all sockets, timers and CPU time of the
 * process under test are its own. Started by `start-fault-servers.ts`.
 *
 * The request selects the fault: the WABA id selects Kaleyra's, the endpoint's path Secrets Manager's.
 */
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import { type SimulatedExchange, startKaleyraServer } from '../../lib/sandbox/kaleyra/server.ts';
import { type Certificate, createCertificateAuthority } from '../support/certificates.ts';
import { faultsOfWaba, keyVersionOf, secretOf } from './fault-addresses.ts';
import type { ConnectionFault } from './kaleyra-fault.ts';
import { kaleyraFaults } from './kaleyra-faults.ts';
import { healthySecrets, secretsFaults } from './secrets-faults.ts';

export interface FaultPorts {
  /** PEM of the authority that the client has to trust. */
  readonly authority: string;
  readonly kaleyra: number;
  readonly secretsManager: number;
  /** The ports of the connection faults. Nothing listens on `refused`. */
  readonly connection: Readonly<Partial<Record<ConnectionFault, number>>>;
}

/** What the servers saw of one cell: how many of its requests were posted how often, and forbidden connections. */
export interface Seen {
  readonly postsOfRequest: readonly (readonly [posts: number, requests: number])[];
  readonly secretReads: number;
  readonly trapped: number;
}

let trapped = 0;
const posts = new Map<string, Map<string, number>>();
const reads = new Map<string, number>();

/** The TCP sockets under the TLS ones, by the client's port: only they can be reset. */
const tcpSockets = new Map<number | undefined, Socket>();
const reset = (socket: Socket): void => {
  tcpSockets.get(socket.remotePort)?.resetAndDestroy();
};

const listen = async (server: Server): Promise<number> => {
  // Many faults make the client close its connection.
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    socket.on('error', () => {});
    tcpSockets.set(remotePort, socket);
    socket.once('close', () => {
      if (tcpSockets.get(remotePort) === socket) tcpSockets.delete(remotePort);
    });
  });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', (socket: Socket) => socket.on('error', () => {}));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', 1024, listening));
  return (server.address() as AddressInfo).port;
};

const host = 'api.in.kaleyra.io';
const authority = await createCertificateAuthority();
const certificate = await authority.issue([host]);

const trapPort = await listen(
  createServer((socket) => {
    trapped += 1;
    socket.destroy();
  }),
);

const serveKaleyra = async (request: IncomingMessage, exchange: SimulatedExchange): Promise<void> => {
  const payload = await text(request);
  count(/"id":"?(\d+)/.exec(payload)?.[1] ?? '');
  const waba = /^\/v2\/\w+\/whatsapp\/(\d+)\//.exec(request.url ?? '')?.[1] ?? '';
  const { older, newer, newest } = faultsOfWaba(waba);
  const fault = kaleyraFaults[keyVersionOf(request.headers['api-key']) < newest ? older : newer];
  fault?.behaviour?.(exchange, trapPort);
};
const startKaleyra = async (tls: Certificate): Promise<number> =>
  (await startKaleyraServer({ tls, serve: serveKaleyra })).port;

const count = (id: string): void => {
  const cell = id.slice(0, 5);
  const ofCell = posts.get(cell) ?? new Map<string, number>();
  posts.set(cell, ofCell);
  ofCell.set(id, (ofCell.get(id) ?? 0) + 1);
};

const secretsManager = createHttpServer((request, response) => {
  // The path: which cell, which fault, which version of the key.
  const [, cell = '', fault = '', keyVersion = ''] = request.url?.split('/') ?? [];
  reads.set(cell, (reads.get(cell) ?? 0) + 1);
  request.resume().once('end', () => {
    const { answer } = secretsFaults[Number(fault)] ?? healthySecrets;
    answer?.(response, secretOf(Number(keyVersion)));
  });
});

const unused = createServer();
const refused = await listen(unused);
unused.close();

const wrongName = await authority.issue(['api.example.test']);
const expired = await authority.issue([host], new Date(Date.now() - 60_000));
const stranger = await (await createCertificateAuthority()).issue([host]);

const ports: FaultPorts = {
  authority: authority.cert,
  kaleyra: await startKaleyra(certificate),
  secretsManager: await listen(secretsManager),
  connection: {
    refused,
    'TLS: wrong name': await startKaleyra(wrongName),
    'TLS: expired certificate': await startKaleyra(expired),
    'TLS: unknown authority': await startKaleyra(stranger),
    'no TLS': await listen(createServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    'TLS: handshake never ends': await listen(createServer(() => {})),
    'reset before the request is sent': await listen(createServer((socket) => socket.resetAndDestroy())),
    'reset during the request': await listen(createTlsServer(certificate, reset)),
  },
};

process.on('message', (cell: string) => {
  const histogram = new Map<number, number>();
  for (const times of posts.get(cell)?.values() ?? []) histogram.set(times, (histogram.get(times) ?? 0) + 1);
  const seen: Seen = { postsOfRequest: [...histogram], secretReads: reads.get(cell) ?? 0, trapped };
  posts.delete(cell);
  reads.delete(cell);
  process.send?.({ cell, seen });
});
process.on('disconnect', () => process.exit());
process.send?.(ports);
