import type { IncomingMessage } from 'node:http';
import { accountId } from './lambda-context.ts';

/** A request for which the gateway has found a route. */
interface RoutedRequest {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Claims of the caller's token, if there is a JWT authorizer. */
  readonly claims?: Readonly<Record<string, string>> | undefined;
}

/**
 * Converts a request to the event that API Gateway's HTTP APIs pass to a function, payload format version 2.0.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
 * Captures of real events show that `rawPath` is decoded.
 */
export const toEvent = ({
  request,
  requestId,
  routeKey,
  pathParameters,
  body,
  claims,
}: RoutedRequest): object => {
  const [rawPath = '', rawQueryString = ''] = splitOnce(request.url ?? '', '?');
  const headers = joinHeaders(request.rawHeaders);
  const { cookie, ...others } = headers;
  const query = Object.entries(toQueryParameters(rawQueryString));
  const domainName = (headers['host'] ?? '').replace(/:\d+$/, '');
  const now = new Date();
  const isText = isTextBody(headers['content-type'], body);
  return {
    version: '2.0',
    routeKey,
    rawPath: decodeURIComponent(rawPath),
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...others,
      'x-forwarded-for': request.socket.remoteAddress ?? '',
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    pathParameters,
    requestContext: {
      accountId,
      apiId: 'sandbox',
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: decodeURIComponent(rawPath),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: formatRequestTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

/** Returns headers with names in lower case. Values of repeated headers are joined by commas. */
const joinHeaders = (rawHeaders: readonly string[]): Record<string, string> => {
  const joined: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = String(rawHeaders[i]).toLowerCase();
    const value = String(rawHeaders[i + 1]);
    const before = joined[name];
    joined[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return joined;
};

const toQueryParameters = (rawQueryString: string): Record<string, string> => {
  const grouped: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    grouped[name] = name in grouped ? `${grouped[name]},${value}` : value;
  }
  return grouped;
};

/**
 * Whether API Gateway passes the body on as text. Only text/* and three application types are text. Everything else is
 * base64, including forms and a body without a content type.
 * Source: https://github.com/ministackorg/ministack/pull/766, which tried them against AWS. No page says what AWS does with
 * text that is not UTF-8. Here it is base64, so that no byte is lost.
 */
const isTextBody = (contentType: string | undefined, body: Buffer): boolean => {
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return /^(text\/.+|application\/(json|xml|javascript))$/.test(mediaType) && isUtf8(body);
};

const isUtf8 = (body: Buffer): boolean => Buffer.from(body.toString('utf8')).equals(body);

/** Formats a date in the common log format, in UTC: `12/Mar/2020:19:03:58 +0000`. */
const formatRequestTime = (date: Date): string => {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};
