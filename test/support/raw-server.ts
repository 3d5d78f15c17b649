/** A server whose every byte a test decides, for things that no HTTP server would do. */
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface RawRequest {
  /** The number of its connection. The first is 1. */
  readonly connection: number;
  /** Request line and headers, as sent. */
  readonly head: string;
  readonly body: string;
}

interface RawServerOptions {
  /** Called for each connection, before a byte is read. */
  readonly onConnection?: (socket: Socket, connection: number) => void;
  /** Called for each complete request. */
  readonly onRequest?: (socket: Socket, request: RawRequest) => void;
  /** PEM. Makes the server speak TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface RawServer {
  readonly port: number;
  /** Every complete request so far. */
  readonly requests: readonly RawRequest[];
  /** The number of connections so far. */
  readonly connections: number;
  close(): Promise<void>;
}

export const startRawServer = async ({
  onConnection,
  onRequest,
  tls,
}: RawServerOptions): Promise<RawServer> => {
  const sockets = new Set<Socket>();
  const requests: RawRequest[] = [];
  let connections = 0;

  const serve = (socket: Socket): void => {
    connections += 1;
    const connection = connections;
    let received = '';
    onConnection?.(socket, connection);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
      for (let split = splitRequest(received); split; split = splitRequest(received)) {
        received = split.rest;
        const request = { connection, head: split.head, body: split.body };
        requests.push(request);
        onRequest?.(socket, request);
      }
    });
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Many tests make the client close its connection.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', (socket: Socket) => socket.on('error', () => {}));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  return {
    port: (server.address() as { port: number }).port,
    requests,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const splitRequest = (received: string): { head: string; body: string; rest: string } | undefined => {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.slice(0, end);
  const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0);
  const bodyEnd = end + 4 + length;
  if (received.length < bodyEnd) return undefined;
  return { head, body: received.slice(end + 4, bodyEnd), rest: received.slice(bodyEnd) };
};

/** Returns the bytes of an HTTP/1.1 response. Its length is right unless a header says otherwise. */
export const toRawResponse = (
  body: string,
  headers: Record<string, string> = {},
  status = '200 OK',
): string => {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`;
};
