import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { asFailure } from '../core/failures.ts';
import { type Body, parseCommand } from '../core/parse-command.ts';
import { verifyNumber } from '../core/verify-number.ts';
import type { HandlerDependencies } from '../handler.ts';
import { recordRequest, type TracedContext } from '../telemetry/record-request.ts';
import { requireTenantClaim } from './authorize-tenant.ts';
import { readJsonBody } from './json-body.ts';
import { problemDetails } from './problem-details.ts';

/** An API Gateway v2 event whose body has been read. */
type ReadEvent = Omit<APIGatewayProxyEventV2, 'body'> & { body: Body };

/** The HTTP entry point: API Gateway's v2 event in; a verification or a problem document out. Never throws. */
export const createHttpEntryPoint = (dependencies: HandlerDependencies) =>
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
