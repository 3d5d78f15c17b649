/** Middy middleware that replaces the event's body with its parsed value, or with the reason why it is not JSON. */
import type { MiddlewareObj, Request } from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Failure } from '../core/failures.ts';
import { type Body, rejectTooLarge } from '../core/parse-command.ts';

/** An HTTP API event after the middleware. */
export type EventWithBody = Omit<APIGatewayProxyEventV2, 'body'> & { readonly body: Body };

type RawEvent = Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown };

/**
 * Creates the middleware, which uses Middy's own parser. Middy's errors are not passed on, because their causes quote
 * the body and therefore the password.
 * @throws Failure UnsupportedMediaType or RequestTooLarge
 */
export const parseJsonBody = (): MiddlewareObj<unknown> => {
  const parser = httpJsonBodyParser();
  return {
    before: (request) => {
      const { body, isBase64Encoded, ...rest } = request.event as RawEvent;
      const sent = typeof body === 'string' ? body : '';
      const bytes = Buffer.from(sent, isBase64Encoded ? 'base64' : 'utf8');
      rejectTooLarge(bytes.length);
      const text = isBase64Encoded ? decodeUtf8(bytes) : sent;
      const event: RawEvent = { ...rest, body: text ?? '', isBase64Encoded: false };
      request.event = event;
      try {
        parser.before?.(request as Request<APIGatewayProxyEventV2>);
        event.body = toBody(event.body, text ?? '');
      } catch (error) {
        if ((error as { statusCode?: unknown }).statusCode === 415) {
          throw new Failure(
            'UnsupportedMediaType',
            'The content type is not JSON. Send Content-Type: application/json.',
          );
        }
        event.body = text === undefined ? { problem: 'not_utf8' } : parseWithoutMiddy(text);
      }
    },
  };
};

/** Keeps a byte order mark, so that the same bytes have the same result with and without base64. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decodeUtf8 = (bytes: Buffer): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Middy rejects JSON that contains a key `__proto__`. The contract ignores unknown fields, and `JSON.parse` is safe. */
const parseWithoutMiddy = (text: string): Body => {
  try {
    return toBody(JSON.parse(text), text);
  } catch {
    return { problem: 'not_json' };
  }
};

const toBody = (value: unknown, text: string): Body => {
  const id = typeof value === 'object' && value !== null && (value as { id?: unknown }).id;
  return typeof id === 'number' ? { value, idSource: readIdSource(text) } : { value };
};

type SourceReviver = (this: object, key: string, value: unknown, context: { source?: string }) => unknown;

/** Reads the source text of the top-level `id`, which Middy's parser does not keep. */
const readIdSource = (text: string): string | undefined => {
  const sources = new Map<object, string | undefined>();
  const reviver: SourceReviver = function (key, value, { source }) {
    if (key === 'id') sources.set(this, source);
    return value;
  };
  const root: object = JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
  return sources.get(root);
};
