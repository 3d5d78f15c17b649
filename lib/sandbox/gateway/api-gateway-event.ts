/** The event that API Gateway's HTTP APIs pass to a function, payload format version 2.0. */
import { isUtf8 } from 'node:buffer';
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
 * Converts a request to an event.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
 * Captures of real events show that `rawPath` is decoded.
 */
export const toEvent = (routed: RoutedRequest): object => {
  const { request, requestId, routeKey, pathParameters, body, claims } = routed;
  const [encodedPath = '', ...afterPath] = (request.url ?? '').split('?');
  const rawPath = decodeURIComponent(encodedPath);
  const rawQueryString = afterPath.join('?');
  const query = new URLSearchParams(rawQueryString);
  const { cookie: cookies, ...headers } = request.headersDistinct;
  const sourceIp = request.socket.remoteAddress ?? '';
  const domainName = (request.headers.host ?? '').replace(/:\d+$/, '');
  const now = new Date();
  const isText = isTextBody(headers['content-type']?.join(), body);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies && { cookies: cookies.flatMap((cookie) => cookie.split(/; */)) }),
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.join()])),
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(query.size > 0 && {
      queryStringParameters: Object.fromEntries(
        [...query.keys()].map((name) => [name, query.getAll(name).join()]),
      ),
    }),
    pathParameters,
    requestContext: {
      accountId,
      apiId: 'sandbox',
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
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

/**
 * Whether API Gateway passes the body on as text. Only text/* and three application types are text. Everything else is
 * base64, including forms and a body without a content type.
 * Source: https://github.com/ministackorg/ministack/pull/766, which tried them against AWS. No page says what AWS does with
 * text that is not UTF-8. Here it is base64, so that no byte is lost.
 */
const isTextBody = (contentType: string | undefined, body: Buffer): boolean =>
  /^\s*(text\/.+|application\/(json|xml|javascript))\s*(;|$)/i.test(contentType ?? '') && isUtf8(body);

/** Formats a date in the common log format, in UTC: `12/Mar/2020:19:03:58 +0000`. */
const formatRequestTime = (date: Date): string => {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};
