/** Middleware that parses the body of an HTTP request with Middy's own parser. */
import type { Request } from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { defaultDetails, Failure } from '../core/failures.ts';
import { type Body, rejectTooLarge } from '../core/parse-command.ts';
import { isHttpApiEvent } from './http-event.ts';
import type { Middleware } from './pipeline-request.ts';

/**
 * Creates the middleware. It sets `internal.body` to the parsed body, or to the reason why it is not JSON, so that all
 * problems of a request can be reported in one response. Middy's errors are not passed on: their causes quote the body.
 * @throws Failure UnsupportedMediaType or RequestTooLarge
 */
export const parseBody = (): Middleware => {
  const parser = httpJsonBodyParser();
  return {
    before: ({ event, internal }) => {
      if (!isHttpApiEvent(event)) return;
      const { body = '', isBase64Encoded } = event;
      const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
      rejectTooLarge(bytes.length);
      const text = isBase64Encoded ? decodeUtf8(bytes) : body;
      const parsed = { ...event, body: (text ?? '') as unknown, isBase64Encoded: false };
      try {
        parser.before?.({ event: parsed } as unknown as Request<APIGatewayProxyEventV2>);
        internal.body = hasNumberAsId(parsed.body) ? parseWithSource(text ?? '') : { value: parsed.body };
      } catch (error) {
        if ((error as { statusCode?: unknown }).statusCode === 415) {
          throw new Failure('UnsupportedMediaType', defaultDetails.UnsupportedMediaType);
        }
        // Middy also rejects a key `__proto__`. The contract ignores unknown fields, and `JSON.parse` is safe.
        internal.body = text === undefined ? { problem: 'not_utf8' } : parseWithSource(text);
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

const hasNumberAsId = (value: unknown): boolean => typeof Object(value).id === 'number';

type SourceReviver = (this: object, key: string, value: unknown, context: { source?: string }) => unknown;

/** Parses JSON with the source text of a top-level `id` that is a number, which Middy's parser does not keep. */
const parseWithSource = (text: string): Body => {
  const sources = new Map<object, string | undefined>();
  const reviver: SourceReviver = function (key, value, { source }) {
    if (key === 'id' && typeof value === 'number') sources.set(this, source);
    return value;
  };
  try {
    const value: unknown = JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
    const idSource = sources.get(value as object);
    return idSource === undefined ? { value } : { value, idSource };
  } catch {
    return { problem: text.startsWith('\ufeff') ? 'byte_order_mark' : 'not_json' };
  }
};
