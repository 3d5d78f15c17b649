/** Reads requests' bodies up to a limit. */
import type { IncomingMessage } from 'node:http';

/** The largest body that a port of the sandbox reads, in bytes. */
const maxBodyBytes = 64 * 1024;

/** A request's body is larger than `maxBodyBytes`. */
export class BodyTooLarge extends Error {
  constructor() {
    super(`The request body is larger than ${maxBodyBytes} bytes.`);
    this.name = 'BodyTooLarge';
  }
}

/**
 * The chunks of a request's body, as they arrive.
 * @throws BodyTooLarge as soon as the declared or the received size is above the limit
 */
export async function* readChunks(request: IncomingMessage): AsyncGenerator<Buffer> {
  let size = 0;
  if (Number(request.headers['content-length']) > maxBodyBytes) throw new BodyTooLarge();
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new BodyTooLarge();
    yield chunk;
  }
}

/**
 * A request's complete body.
 * @throws BodyTooLarge as soon as the declared or the received size is above the limit
 */
export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of readChunks(request)) chunks.push(chunk);
  return Buffer.concat(chunks);
};
