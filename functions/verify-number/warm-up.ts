/**
 * Warms the function up during init, when Lambda gives it a burst of CPU: requests for the reserved tenant load and run what
 * the first real request needs, by both entry points, up to the connection to Secrets Manager. That tenant's secret contains
 * no credentials, so the direct request ends there; the HTTP request is not authorized.
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
 * Handles the requests with a function of its own, which writes no log event, counts no attempt and cannot call Kaleyra.
 * Never throws, and resolves after `warmUpDeadlineMs` at the latest.
 */
export const warmUp = async (config: Config, readSecret: ReadSecret): Promise<void> => {
  // Builds the event, too, and does not write it.
  const emit = createEmitEvent('', () => {});
  const handler = compose(config, { readSecret, exchange: sendNothing, emit });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, warmUpDeadlineMs);
  });
  const requests = [httpEvent, directInput].map((event) => handler(event, context));
  await Promise.race([Promise.allSettled(requests), deadline]);
  clearTimeout(timer);
};

const sendNothing: Exchange = () => Promise.reject(new Error('The warm-up does not call Kaleyra.'));

const context = { awsRequestId: '', functionVersion: '', getRemainingTimeInMillis: () => 0 } as Context;

const path = { tenant_id: releaseCheckTenantId, waba_id: '0' };
// A number as id, so that its source text is read too.
const body = { id: 0, phone_number: '+10000000', otp: '000000' };

const directInput = { ...path, ...body };

const httpEvent: Partial<APIGatewayProxyEventV2> = {
  version: '2.0',
  routeKey,
  rawPath: routePath,
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method: 'POST' } } as APIGatewayProxyEventV2['requestContext'],
  pathParameters: path,
  body: JSON.stringify(body),
  isBase64Encoded: false,
};
