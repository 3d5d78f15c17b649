/** The HTTP entry point: an API Gateway event in, a verification or problem details out. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { Failure } from '../core/failures.ts';
import { parseCommand } from '../core/parse-command.ts';
import { authorizeTenant } from './authorize-tenant.ts';
import { type EntryPoint, type HandledRequest, toFailedRequest, type Verify } from './entry-point.ts';
import { type EventWithBody, parseJsonBody } from './json-body.ts';
import { toProblemDetails } from './problem-details.ts';

export interface HttpDependencies {
  readonly verify: Verify;
  /** The JWT claim that lists the caller's tenants. Absent: only API Gateway and IAM authorize; tokens are rejected. */
  readonly tenantClaim?: string | undefined;
  readonly problemTypeBase?: string | undefined;
}

type Response = APIGatewayProxyStructuredResultV2;

/** Creates the HTTP entry point. */
export const createHttpEntryPoint = ({
  verify,
  tenantClaim,
  problemTypeBase,
}: HttpDependencies): EntryPoint<APIGatewayProxyEventV2> => {
  const handle = middy(
    async (event: EventWithBody, context: Context): Promise<HandledRequest> => {
      const command = parseCommand(event.pathParameters ?? {}, event.body);
      const { number } = command;
      authorizeTenant(event.requestContext, tenantClaim, number.tenant_id);
      return { number, report: await verify(command, () => context.getRemainingTimeInMillis()) };
    },
    // Middy would otherwise end a request early, with a response of its own.
    { timeoutEarlyInMillis: 0 },
  )
    .use(parseJsonBody())
    .onError((request) => {
      request.response = toFailedRequest(request.error);
    });

  return {
    handle: (event, context) => handle(event as never, context) as Promise<HandledRequest>,
    respond: (result, requestId): Response =>
      result instanceof Failure
        ? toProblemDetails(result, requestId, problemTypeBase)
        : {
            statusCode: 200,
            headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
            body: JSON.stringify(result),
          },
  };
};
