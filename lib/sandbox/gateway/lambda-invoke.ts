import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../read-body.ts';
import { createContext, functionArn, functionName, type LambdaFunction } from './lambda-context.ts';

const pathPattern = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

/** A function's name as Invoke takes it: bare, or within a partial or a whole ARN, with or without a qualifier. */
const namePattern = /^(?:(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(?:\d{12}:)?function:)?([\w-]+)(?::[\w$-]+)?$/;

export const isInvoke = (url: string): boolean => url.startsWith('/2015-03-31/');

/** The largest payload that Lambda takes, in bytes. */
const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * Lambda's Invoke, with the answers and errors that Lambda gives.
 * Source: Invoke in the Lambda API reference, version 2015-03-31.
 */
export const serveInvoke = async (
  request: IncomingMessage,
  response: ServerResponse,
  fn: LambdaFunction,
): Promise<void> => {
  const send = (status: number, headers: Record<string, string>, body: string): void => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-amzn-requestid': randomUUID(),
      ...headers,
    });
    response.end(body);
  };
  const refuse = (status: number, type: string, message: string): void =>
    send(status, { 'x-amzn-errortype': type }, JSON.stringify({ Type: 'User', Message: message }));

  const payload = await readBody(request, maxPayloadBytes);
  const path = pathPattern.exec(request.url ?? '')?.[1];
  if (path === undefined || request.method !== 'POST') {
    return refuse(404, 'UnknownOperationException', 'The sandbox answers Invoke and nothing else of Lambda.');
  }
  const name = namePattern.exec(decoded(path))?.[1];
  if (name !== functionName) {
    return refuse(
      404,
      'ResourceNotFoundException',
      `Function not found: ${functionArn(fn.region, name ?? decoded(path))}`,
    );
  }
  if (!payload) {
    const message = `Request must be smaller than ${maxPayloadBytes} bytes for the InvokeFunction operation`;
    return refuse(413, 'RequestTooLargeException', message);
  }
  const event = parseEvent(payload);
  if (!event) {
    const message = 'Could not parse request body into json: the payload is not JSON.';
    return refuse(400, 'InvalidRequestContentException', message);
  }

  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const invoke = () => fn.handler(event.value, createContext(fn));
  switch (type) {
    case 'DryRun':
      return send(204, {}, '');
    case 'Event':
      send(202, {}, '');
      // Lambda would try a failed event again; here its line on the screen is all that becomes of it.
      return void (await invoke().catch(() => undefined));
    case 'RequestResponse':
      return invoke().then(
        (result) => send(200, executed, JSON.stringify(result) ?? 'null'),
        (error: unknown) =>
          send(200, { ...executed, 'x-amz-function-error': 'Unhandled' }, JSON.stringify(describe(error))),
      );
    default:
      return refuse(400, 'InvalidParameterValueException', `Unknown invocation type: ${type}`);
  }
};

const executed = { 'x-amz-executed-version': '$LATEST' };

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** No payload at all is an empty object to Lambda. */
const parseEvent = (payload: Buffer): { value: unknown } | undefined => {
  try {
    return { value: payload.length === 0 ? {} : JSON.parse(utf8.decode(payload)) };
  } catch {
    return undefined;
  }
};

/** A thrown value as Lambda's Node.js runtime reports it. */
const describe = (thrown: unknown): object =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
