/** Lambda's Invoke, with Lambda's responses and errors. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createContext, functionArn, functionName, type LambdaFunction } from './lambda-context.ts';

/** A request at the gateway, for either entry point. */
export interface ReceivedRequest {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly fn: LambdaFunction;
  /** Reports that the request does not reach the function. */
  readonly refuse: (status: number, message: string) => void;
  /** Calls the function and records the call. */
  readonly record: <T>(event: unknown, invoke: () => Promise<T>) => Promise<T>;
}

const pathPattern = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

/** A function's name as Invoke accepts it: alone, or in a partial or full ARN, with or without a qualifier. */
const namePattern = /^(?:(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(?:\d{12}:)?function:)?([\w-]+)(?::[\w$-]+)?$/;

export const isInvoke = (url: string): boolean => url.startsWith('/2015-03-31/');

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const serveInvoke = async (received: ReceivedRequest): Promise<void> => {
  const { id, request, response, body, fn } = received;
  const send = (status: number, headers: Record<string, string>, content = ''): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': id, ...headers });
    response.end(content);
  };
  const refuse = (status: number, type: string, message: string): void => {
    // Without the message, which may contain text of the request.
    received.refuse(status, type);
    send(status, { 'x-amzn-errortype': type }, JSON.stringify({ Type: 'User', Message: message }));
  };

  const path = pathPattern.exec(request.url ?? '')?.[1];
  if (path === undefined || request.method !== 'POST') {
    return refuse(404, 'UnknownOperationException', 'The sandbox supports only Invoke of the Lambda API.');
  }
  const name = namePattern.exec(decode(path))?.[1];
  if (name !== functionName) {
    const arn = functionArn(fn.region, name ?? decode(path));
    return refuse(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
  }
  const event = parseEvent(body);
  if (!event) {
    const message = 'Could not parse request body into json: the payload is not JSON.';
    return refuse(400, 'InvalidRequestContentException', message);
  }

  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const invoke = () => received.record(event.value, () => fn.handler(event.value, createContext(fn, id)));
  switch (type) {
    case 'DryRun':
      return send(204, {});
    case 'Event':
      send(202, {});
      // Lambda would retry a failed event. Here only its line on the screen shows the failure.
      return void (await invoke().catch(() => undefined));
    case 'RequestResponse':
      return invoke().then(
        (result) => send(200, executed, JSON.stringify(result) ?? 'null'),
        (error) => send(200, { ...executed, 'x-amz-function-error': 'Unhandled' }, describe(error)),
      );
    default:
      return refuse(400, 'InvalidParameterValueException', `Unknown invocation type: ${type}`);
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

/** Lambda treats an empty payload as an empty object. */
const parseEvent = (payload: Buffer): { value: unknown } | undefined => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
    return { value: text === '' ? {} : JSON.parse(text) };
  } catch {
    return undefined;
  }
};

/** Describes a thrown value as Lambda's Node.js runtime reports it. */
const describe = (thrown: unknown): string => {
  const isError = thrown instanceof Error;
  return JSON.stringify({
    errorType: isError ? thrown.name : typeof thrown,
    errorMessage: isError ? thrown.message : String(thrown),
    trace: (isError && thrown.stack?.split('\n')) || [],
  });
};
