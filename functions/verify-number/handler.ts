/** The Lambda handler: selects the entry point, and writes one event per request. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { createDirectEntryPoint, type DirectDependencies } from './entry-points/direct.ts';
import { createHttpEntryPoint, type HttpDependencies } from './entry-points/http.ts';
import type { Pod } from './kaleyra/pods.ts';
import { type EmitEvent, toRequestEvent } from './telemetry/request-event.ts';

export interface HandlerDependencies extends HttpDependencies, DirectDependencies {
  readonly pod: Pod;
  readonly emit: EmitEvent;
}

/** Creates the Lambda handler. */
export const createHandler = (dependencies: HandlerDependencies) => {
  const { pod, emit } = dependencies;
  const http = createHttpEntryPoint(dependencies);
  const direct = createDirectEntryPoint(dependencies);
  let isColdStart = true;

  return async (event: unknown, context: Context): Promise<unknown> => {
    const startedAt = performance.now();
    const timestamp = new Date();
    const coldStart = isColdStart;
    isColdStart = false;
    const isHttp = isHttpApiEvent(event);
    const { number, report } = await (isHttp ? http.handle(event, context) : direct.handle(event, context));
    emit(
      toRequestEvent({
        timestamp,
        requestId: context.awsRequestId,
        functionVersion: context.functionVersion,
        channel: isHttp ? 'http' : 'direct',
        number,
        report,
        pod,
        totalMs: performance.now() - startedAt,
        coldStart,
      }),
    );
    return (isHttp ? http : direct).respond(report.result, context.awsRequestId);
  };
};

/** Checks the whole shape of an HTTP API event, so that a direct input with some of its fields stays a direct input. */
const isHttpApiEvent = (event: unknown): event is APIGatewayProxyEventV2 => {
  if (!isObject(event) || !isObject(event['requestContext']) || !isObject(event['headers'])) return false;
  const { version, routeKey, rawPath, isBase64Encoded, requestContext } = event;
  return (
    version === '2.0' &&
    typeof routeKey === 'string' &&
    typeof rawPath === 'string' &&
    typeof isBase64Encoded === 'boolean' &&
    isObject(requestContext['http']) &&
    typeof requestContext['http']['method'] === 'string'
  );
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
