/**
 * Warms the function up during init, when Lambda gives it a burst of CPU: one request for the reserved tenant loads and
 * runs what the first real request needs, up to the connection to Secrets Manager. That tenant's secret contains no
 * credentials, so the request ends there.
 */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { releaseCheckTenantId, routeKey, routePath } from './core/contract.ts';
import { warmUpDeadlineMs } from './core/time-budget.ts';
import type { Exchange } from './kaleyra/transport.ts';
import { createEmitEvent } from './telemetry/emit.ts';
import type { ReadSecret } from './tenants/read-secret.ts';

/**
 * Handles one HTTP request with a function of its own, which writes no log event, counts no attempt and cannot call
 * Kaleyra. Never throws, and resolves after `warmUpDeadlineMs` at the latest.
 */
export const warmUp = async (config: Config, readSecret: ReadSecret): Promise<void> => {
  // Builds the event, too, and does not write it.
  const emit = createEmitEvent('', () => {});
  const handler = compose(config, { readSecret, exchange: sendNothing, emit });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, warmUpDeadlineMs);
  });
  await Promise.race([handler(event, context).catch(() => {}), deadline]);
  clearTimeout(timer);
};

const sendNothing: Exchange = () => Promise.reject(new Error('The warm-up does not call Kaleyra.'));

const context = { awsRequestId: '', functionVersion: '', getRemainingTimeInMillis: () => 0 } as Context;

const event: Partial<APIGatewayProxyEventV2> = {
  version: '2.0',
  routeKey,
  rawPath: routePath,
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST' } } as APIGatewayProxyEventV2['requestContext'],
  pathParameters: { tenant_id: releaseCheckTenantId, waba_id: '0' },
  // A number as id, so that its source text is read too.
  body: '{"id":0,"phone_number":"+10000000","otp":"000000"}',
  isBase64Encoded: false,
};
