import type { MiddlewareObj, Request } from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Failure } from '../core/failures.ts';
import { type Body, refuseTooLarge } from '../core/parse-command.ts';

/**
 * Middy middleware around Middy's own body parser: replaces the event's body by the value that its JSON stands for,
 * or by what is wrong with it. Middy's errors go no further than this: their causes quote the body, and so the
 * password.
 * @throws Failure UnsupportedMediaType or RequestTooLarge
 */
export const readJsonBody = (): MiddlewareObj<unknown> => {
  const parser = httpJsonBodyParser();
  return {
    before: (request) => {
      const event = request.event as Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown };
      const sent = typeof event.body === 'string' ? event.body : '';
      const bytes = Buffer.from(sent, event.isBase64Encoded ? 'base64' : 'utf8');
      refuseTooLarge(bytes.length);
      const text = event.isBase64Encoded ? utf8TextOf(bytes) : sent;
      event.body = text ?? '';
      event.isBase64Encoded = false;
      try {
        parser.before?.(request as Request<APIGatewayProxyEventV2>);
        event.body = { value: event.body } satisfies Body;
      } catch (error) {
        if ((error as { statusCode?: unknown }).statusCode === 415) {
          throw new Failure('UnsupportedMediaType', 'The content type must be application/json.');
        }
        event.body = text === undefined ? { problem: 'must be UTF-8' } : parseRefused(text);
      }
    },
  };
};

/** The byte order mark stays, so that the same bytes fare alike with and without base64. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const utf8TextOf = (bytes: Buffer): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * Middy refuses JSON in which a field is called `__proto__`. The contract ignores fields that it does not know,
 * and so does the direct entry point, where Lambda itself parses: `JSON.parse` makes an ordinary field of that name, which
 * nothing here reads.
 */
const parseRefused = (text: string): Body => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: 'must be JSON' };
  }
};
