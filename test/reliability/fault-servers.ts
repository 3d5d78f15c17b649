/**
 * Kaleyra and Secrets Manager at their worst, in a process of their own, so that the sockets and timers of the process
 * under test are its own alone, and its time too. Started by `start-fault-servers.ts`.
 *
 * Which fault it is to be stands in the request: the WABA id picks Kaleyra's, the endpoint's path Secrets Manager's.
 */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { createCertificateAuthority } from '../../bench/lambda-runtime/certificates.ts';
import { faultsOfWaba, keyVersionOf, secretOf } from './fault-addresses.ts';
import type { ConnectionFault } from './kaleyra-fault.ts';
import { kaleyraFaults } from './kaleyra-faults.ts';
import { healthySecrets, secretsFaults } from './secrets-faults.ts';

export interface FaultPorts {
  /** PEM: what the client has to trust. */
  readonly authority: string;
  readonly kaleyra: number;
  readonly secretsManager: number;
  /** For the connection faults that a server plays; nothing listens on `refused`. */
  readonly connection: Readonly<Partial<Record<ConnectionFault, number>>>;
}

/** What was seen of one cell: how many of its requests were posted how often, and connections to where none may go. */
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
  // A client that goes away is part of many a fault.
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

const serveKaleyra = (socket: Socket): void => {
  let received = '';
  let turn = 0;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    for (let end = wholeRequest(received); end > 0; end = wholeRequest(received)) {
      const request = received.slice(0, end);
      received = received.slice(end);
      turn += 1;
      count(/"id":"?(\d+)/.exec(request)?.[1] ?? '');
      const waba = /^POST \/v2\/\w+\/whatsapp\/(\d+)\//.exec(request)?.[1] ?? '';
      const { older, newer, newest } = faultsOfWaba(waba);
      const fault = kaleyraFaults[keyVersionOf(request) < newest ? older : newer];
      fault?.answer?.(socket, { turn, trapPort, reset: () => reset(socket) });
    }
  });
};

const wholeRequest = (received: string): number => {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const length = Number(/^content-length: *(\d+)$/im.exec(received.slice(0, end))?.[1] ?? 0);
  return received.length >= end + 4 + length ? end + 4 + length : 0;
};

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
  kaleyra: await listen(createTlsServer(certificate, serveKaleyra)),
  secretsManager: await listen(secretsManager),
  connection: {
    refused,
    'TLS: wrong name': await listen(createTlsServer(wrongName, serveKaleyra)),
    'TLS: expired certificate': await listen(createTlsServer(expired, serveKaleyra)),
    'TLS: unknown authority': await listen(createTlsServer(stranger, serveKaleyra)),
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
