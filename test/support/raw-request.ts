import { connect } from 'node:net';

/** Sends bytes unchanged, which no HTTP client does. @returns everything that the server sent */
export const sendRaw = (port: number, request: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket
      .on('data', (chunk) => chunks.push(chunk))
      .on('error', reject)
      .on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });

/** Returns the bytes of a request whose connection ends with the response. The target is sent unchanged. */
export const rawRequest = (target: string, headers: readonly string[], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `POST ${target} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Connection: close',
        `Content-Length: ${Buffer.byteLength(body)}`,
        ...headers,
        '',
        '',
      ].join('\r\n'),
    ),
    Buffer.from(body),
  ]);
