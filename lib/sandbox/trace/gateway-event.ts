/** Reads and masks the event of a call: an HTTP API event, or a direct call's input. */
import { isHttpApiEvent } from '../../../functions/verify-number/pipeline/http-event.ts';
import { maskBody, maskFields, maskHeaders, notShown } from './mask.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The request's fields, wherever the event has them. */
export const readRequest = (event: unknown): JsonObject => {
  if (!isObject(event)) return {};
  if (!isHttpApiEvent(event)) return event;
  return { ...readBody(event), ...(isObject(event['pathParameters']) && event['pathParameters']) };
};

/** The password as sent and as parsed, to search for. Empty if there is none, or if it is too short to search for. */
export const readPassword = (event: unknown): readonly string[] => {
  const text = String(readRequest(event)['otp'] ?? '');
  return text.length >= 4 ? [...new Set([text, text.replace(/[- ]/, '')])] : [];
};

/** The event as the trace shows it. */
export const maskEvent = (event: unknown): unknown => {
  if (!isObject(event)) return `[${event === null ? 'null' : typeof event}]`;
  if (!isHttpApiEvent(event)) return maskFields(event);
  const { version, routeKey, rawPath, rawQueryString, headers, pathParameters, body, isBase64Encoded } =
    event;
  const { requestId, http, stage, time, authorizer } = event.requestContext as unknown as JsonObject;
  return {
    version,
    routeKey,
    rawPath,
    rawQueryString: rawQueryString === '' ? '' : notShown,
    headers: maskHeaders(headers as JsonObject),
    pathParameters,
    requestContext: {
      requestId,
      stage,
      time,
      http,
      ...(authorizer !== undefined && { authorizer: notShown }),
    },
    ...(body !== undefined && { body: maskBody(decodeBody(event)) }),
    isBase64Encoded,
  };
};

const decodeBody = ({ body, isBase64Encoded }: JsonObject): string =>
  isBase64Encoded === true ? Buffer.from(String(body), 'base64').toString('utf8') : String(body);

const readBody = (event: JsonObject): JsonObject => {
  try {
    const value: unknown = JSON.parse(decodeBody(event));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
