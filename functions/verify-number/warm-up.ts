/**
 * Warms the function up during init, when Lambda gives it a burst of CPU: one request for the reserved tenant loads and
 * runs everything that the first real request needs, up to the connection to Secrets Manager. It never reaches Kaleyra,
 * because that tenant's secret is not credentials.
 */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { releaseCheckTenantId, routeKey, routePath } from './core/contract.ts';
import { warmUpDeadlineMs } from './time-budget.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/**
 * Sends one HTTP request to the handler. Never throws, and resolves after `warmUpDeadlineMs` at the latest.
 * @param handler writes no log event and counts no attempts
 */
export const warmUp = async (handler: Handler): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, warmUpDeadlineMs);
  });
  const request = handler(event, context).then(
    () => {},
    () => {},
  );
  await Promise.race([request, deadline]);
  clearTimeout(timer);
};

const context = {
  awsRequestId: 'warm-up',
  functionVersion: '',
  getRemainingTimeInMillis: () => 0,
} as Context;

const event: Partial<APIGatewayProxyEventV2> = {
  version: '2.0',
  routeKey,
  rawPath: routePath,
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST' } } as APIGatewayProxyEventV2['requestContext'],
  pathParameters: { tenant_id: releaseCheckTenantId, waba_id: '0' },
  // A number as id, so that its source text is read too.
  body: '{"id":0,"phone_number":"+10000000000","otp":"000000"}',
  isBase64Encoded: false,
};
