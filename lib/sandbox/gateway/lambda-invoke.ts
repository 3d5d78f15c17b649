import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../loopback/read-body.ts';
import type { CallRecorder } from '../trace/call-recorder.ts';
import { createContext, functionArn, functionName, type LambdaFunction } from './lambda-context.ts';

const pathPattern = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

/** A function's name as Invoke accepts it: alone, or in a partial or full ARN, with or without a qualifier. */
const namePattern = /^(?:(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(?:\d{12}:)?function:)?([\w-]+)(?::[\w$-]+)?$/;

export const isInvoke = (url: string): boolean => url.startsWith('/2015-03-31/');

/**
 * Lambda's Invoke, with Lambda's responses and errors. Larger payloads than the sandbox reads get 413, as from Lambda.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @throws BodyTooLarge
 */
export const serveInvoke = async (
  request: IncomingMessage,
  response: ServerResponse,
  fn: LambdaFunction,
  recorder: CallRecorder,
): Promise<void> => {
  const receivedAt = performance.now();
  const requestId = randomUUID();
  const send = (status: number, headers: Record<string, string>, body: string): void => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      ...headers,
    });
    response.end(body);
  };
  const reject = (status: number, type: string, message: string): void =>
    send(status, { 'x-amzn-errortype': type }, JSON.stringify({ Type: 'User', Message: message }));

  const payload = await readBody(request);
  const path = pathPattern.exec(request.url ?? '')?.[1];
  if (path === undefined || request.method !== 'POST') {
    return reject(
      404,
      'UnknownOperationException',
      'The sandbox supports no operation of Lambda except Invoke.',
    );
  }
  const name = namePattern.exec(decode(path))?.[1];
  if (name !== functionName) {
    return reject(
      404,
      'ResourceNotFoundException',
      `Function not found: ${functionArn(fn.region, name ?? decode(path))}`,
    );
  }
  const event = parseEvent(payload);
  if (!event) {
    const message = 'Could not parse request body into json: the payload is not JSON.';
    return reject(400, 'InvalidRequestContentException', message);
  }

  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const invoke = () =>
    recorder.record({ id: requestId, channel: 'direct', event: event.value, receivedAt }, () =>
      fn.handler(event.value, createContext(fn, requestId)),
    );
  switch (type) {
    case 'DryRun':
      return send(204, {}, '');
    case 'Event':
      send(202, {}, '');
      // Lambda would retry a failed event. Here only its line on the screen shows the failure.
      return void (await invoke().catch(() => undefined));
    case 'RequestResponse':
      return invoke().then(
        (result) => send(200, executed, JSON.stringify(result) ?? 'null'),
        (error: unknown) =>
          send(200, { ...executed, 'x-amz-function-error': 'Unhandled' }, JSON.stringify(describe(error))),
      );
    default:
      return reject(400, 'InvalidParameterValueException', `Unknown invocation type: ${type}`);
  }
};

const executed = { 'x-amz-executed-version': '$LATEST' };

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Lambda treats an empty payload as an empty object. */
const parseEvent = (payload: Buffer): { value: unknown } | undefined => {
  try {
    return { value: payload.length === 0 ? {} : JSON.parse(utf8.decode(payload)) };
  } catch {
    return undefined;
  }
};

/** Describes a thrown value as Lambda's Node.js runtime reports it. */
const describe = (thrown: unknown): object =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
