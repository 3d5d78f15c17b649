import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { requireTenantClaim } from './authorize-tenant.ts';
import { asFailure } from './failures.ts';
import type { HandlerDependencies } from './handler.ts';
import { type Body, parseCommand } from './parse-command.ts';
import { problemDetails } from './problem-details.ts';
import { readJsonBody } from './read-json-body.ts';
import { recordRequest, type TracedContext } from './record-request.ts';
import { verifyNumber } from './verify-number.ts';

/** An API Gateway v2 event whose body has been read. */
type ReadEvent = Omit<APIGatewayProxyEventV2, 'body'> & { body: Body };

/** The HTTP face: API Gateway's v2 event in; a verification or a problem document out. Never throws. */
export const createHttpFace = (dependencies: HandlerDependencies) =>
  middy(
    async (event: ReadEvent, context: TracedContext): Promise<APIGatewayProxyStructuredResultV2> => {
      const command = parseCommand(event.pathParameters ?? {}, event.body);
      context.trace.command = command;
      const remaining = () => context.getRemainingTimeInMillis();
      const verification = await verifyNumber(dependencies, command, remaining, context.trace);
      return {
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body: JSON.stringify(verification),
      };
    },
    { timeoutEarlyInMillis: 0 },
  )
    .onError((request) => {
      request.response = problemDetails(asFailure(request.error), request.context.awsRequestId);
    })
    .use(recordRequest('http', dependencies.pod, dependencies.record))
    .use(requireTenantClaim(dependencies.tenantClaim))
    .use(readJsonBody());
