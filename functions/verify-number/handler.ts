import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { VerifyNumberDependencies } from './core/verify-number.ts';
import { createDirectEntryPoint } from './entry-points/direct.ts';
import { createHttpEntryPoint } from './entry-points/http.ts';
import type { Pod } from './kaleyra/pods.ts';
import type { EmitEvent } from './telemetry/request-event.ts';

/** All that the function needs from outside. What is deployed gets its own in `index.ts`; the sandbox injects others. */
export interface HandlerDependencies extends VerifyNumberDependencies {
  readonly pod: Pod;
  readonly record: EmitEvent;
  /** The JWT claim that must name the path's tenant. Absent: API Gateway and IAM alone decide, and no token is let in. */
  readonly tenantClaim?: string | undefined;
}

/** Makes the Lambda handler, which tells the two entry points apart and does nothing else. */
export const createHandler = (dependencies: HandlerDependencies) => {
  const http = createHttpEntryPoint(dependencies);
  const task = createDirectEntryPoint(dependencies);
  return (event: unknown, context: Context): Promise<unknown> =>
    (isApiGatewayV2Event(event) ? http : task)(event as never, context as never);
};

/** The whole shape of an HTTP API event, so that a direct input with a field or two of it stays a direct input. */
const isApiGatewayV2Event = (event: unknown): event is APIGatewayProxyEventV2 => {
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
