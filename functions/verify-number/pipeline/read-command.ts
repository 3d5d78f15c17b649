/** Middleware that replaces the event with the command, for both entry points. */
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { type PathFields, parseCommand, rejectTooLarge } from '../core/parse-command.ts';
import { isHttpApiEvent } from './http-event.ts';
import type { Middleware } from './pipeline-request.ts';

type JwtContext = Partial<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']>;

/**
 * Creates the middleware.
 * @throws Failure RequestInvalid, or RequestTooLarge for a direct input
 */
export const readCommand = (): Middleware => ({
  before: (request) => {
    const { event, internal } = request;
    if (isHttpApiEvent(event)) {
      request.event = parseCommand(event.pathParameters ?? {}, internal.body ?? { problem: 'not_json' });
      internal.token = (event.requestContext as JwtContext).authorizer?.jwt;
    } else {
      rejectTooLarge(measureBytes(event));
      request.event = parseCommand((event ?? {}) as PathFields, { value: event });
    }
    delete internal.body;
  },
});

const measureBytes = (event: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(event));
  } catch {
    // Nested too deeply to serialize, which takes more bytes than a request may have.
    return Number.POSITIVE_INFINITY;
  }
};
