/**
 * A Kaleyra, a Secrets Manager and a DynamoDB that fail, in a process of their own, so that all sockets, timers and CPU
 * time of the process under test are its own. Started by `start-fault-servers.ts`.
 *
 * The request selects the fault: the WABA id selects Kaleyra's, the endpoint's path those of AWS.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import { type Certificate, createCertificateAuthority } from '../../bench/lambda-runtime/certificates.ts';
import { pageSamples } from '../../lib/sandbox/kaleyra/samples.ts';
import { type SimulatedExchange, startKaleyraServer } from '../../lib/sandbox/kaleyra/server.ts';
import { attemptsFaults } from './attempts-faults.ts';
import type { ConnectionFault } from './kaleyra-fault.ts';
import { kaleyraFaults } from './kaleyra-faults.ts';
import { getKeyVersion, parseWaba, toSecret } from './request-addresses.ts';
import { healthySecrets, secretsFaults } from './secrets-faults.ts';

export interface FaultPorts {
  /** PEM of the authority that the client has to trust. */
  readonly authority: string;
  readonly kaleyra: number;
  /** Secrets Manager at `/secrets/<cell>/<fault>/<version of the key>`, DynamoDB at `/attempts/<cell>/<fault>`. */
  readonly aws: number;
  /** The ports of the connection faults. Nothing listens on `refused`. */
  readonly connection: Readonly<Partial<Record<ConnectionFault, number>>>;
}

/** What the servers saw of one cell. */
export interface Seen {
  /** How many of its requests were posted how often. */
  readonly postsOfRequest: readonly (readonly [posts: number, requests: number])[];
  /** How many different passwords arrived. */
  readonly passwords: number;
  readonly secretReads: number;
  /** Connections of all cells to the target of a redirect. */
  readonly trapped: number;
}

let trapped = 0;
const posts = new Map<string, Map<string, number>>();
const passwords = new Map<string, Set<string>>();
const reads = new Map<string, number>();
const verifiedIds = new Map<string, Set<string>>();

/** The TCP sockets of all servers, also under TLS, by the client's port: only they can be reset. */
const tcpSockets = new Map<number | undefined, Socket>();
// Source: https://nodejs.org/api/diagnostics_channel.html#event-netserversocket
subscribe('net.server.socket', (message) => {
  const { socket } = message as { readonly socket: Socket };
  const { remotePort } = socket;
  tcpSockets.set(remotePort, socket);
  socket.once('close', () => {
    if (tcpSockets.get(remotePort) === socket) tcpSockets.delete(remotePort);
  });
});
const reset = (socket: Socket): void => {
  tcpSockets.get(socket.remotePort)?.resetAndDestroy();
};

const listen = async (server: Server): Promise<number> => {
  // Many faults make the client close its connection.
  server.on('connection', (socket: Socket) => socket.on('error', () => {}));
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

/** The first digits of an id are its cell. */
const getCell = (id: string): string => id.slice(0, 5);

const getOrCreate = <T>(map: Map<string, T>, key: string, create: () => T): T => {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
};

const serveKaleyra = async (request: IncomingMessage, exchange: SimulatedExchange): Promise<void> => {
  const payload = await text(request);
  const id = /"id":"?(\d+)/.exec(payload)?.[1] ?? '';
  const ofCell = getOrCreate(posts, getCell(id), () => new Map<string, number>());
  ofCell.set(id, (ofCell.get(id) ?? 0) + 1);
  getOrCreate(passwords, getCell(id), () => new Set<string>()).add(/"otp":"(\d+)"/.exec(payload)?.[1] ?? '');
  const verify = () => {
    const verified = getOrCreate(verifiedIds, getCell(id), () => new Set<string>());
    if (verified.has(id)) return pageSamples.alreadyApproved;
    verified.add(id);
    return pageSamples.success;
  };
  const waba = /^\/v2\/\w+\/whatsapp\/(\d+)\//.exec(request.url ?? '')?.[1] ?? '';
  const { older, newer, newest } = parseWaba(waba);
  const fault = kaleyraFaults[getKeyVersion(request.headers['api-key']) < newest ? older : newer];
  fault?.behaviour?.(exchange, { trapPort, verify });
};
const startKaleyra = async (tls: Certificate): Promise<number> =>
  (await startKaleyraServer({ tls, serve: serveKaleyra })).port;

const aws = createHttpServer((request, response) => {
  const [, service, cell = '', fault, keyVersion] = request.url?.split('/') ?? [];
  request.resume().once('end', () => {
    if (service === 'attempts') {
      attemptsFaults[Number(fault)]?.behaviour?.(response);
      return;
    }
    reads.set(cell, (reads.get(cell) ?? 0) + 1);
    const { behaviour } = secretsFaults[Number(fault)] ?? healthySecrets;
    behaviour?.(response, toSecret(Number(keyVersion)));
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
  aws: await listen(aws),
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

process.on('message', ({ cell, reset: port }: { cell?: string; reset?: number }) => {
  if (port) tcpSockets.get(port)?.resetAndDestroy();
  if (!cell) return;
  const histogram = new Map<number, number>();
  for (const times of posts.get(cell)?.values() ?? []) histogram.set(times, (histogram.get(times) ?? 0) + 1);
  const seen: Seen = {
    postsOfRequest: [...histogram],
    passwords: passwords.get(cell)?.size ?? 0,
    secretReads: reads.get(cell) ?? 0,
    trapped,
  };
  posts.delete(cell);
  passwords.delete(cell);
  reads.delete(cell);
  verifiedIds.delete(cell);
  process.send?.({ cell, seen });
});
process.on('disconnect', () => process.exit());
process.send?.(ports);
