/**
 * What a good team would write: Middy, Powertools for logs, metrics and the cached secret, zod for validation, and fetch
 * with a timeout. Everything is created once, outside the handler.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';

const Path = z.object({
  tenant_id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  waba_id: z.string().regex(/^\d{1,20}$/),
});
const Body = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  phone_number: z.string().regex(/^\+[1-9]\d{6,14}$/),
  otp: z.string().regex(/^\d{6}$/),
});
const Secret = z.object({ sid: z.string(), apiKey: z.string() });
const Envelope = z.object({ code: z.string(), message: z.string(), data: z.unknown() });

const logger = new Logger({ serviceName: 'verify-phone-number' });
const metrics = new Metrics({ namespace: 'KaleyraVerify', serviceName: 'verify-phone-number' });

const json = (statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(httpJsonBodyParser())
  .onError((request) => {
    const { error } = request;
    logger.error('failed', error as Error);
    request.response = error instanceof z.ZodError ? json(400, error.issues) : json(502, { code: 'failed' });
  })
  .handler(async (event): Promise<APIGatewayProxyStructuredResultV2> => {
    const { tenant_id, waba_id } = Path.parse(event.pathParameters);
    const { id, phone_number, otp } = Body.parse(event.body);
    const { sid, apiKey } = Secret.parse(
      await getSecret(`kaleyra/${tenant_id}`, { maxAge: 300, transform: 'json' }),
    );
    const response = await fetch(`https://api.in.kaleyra.io/v2/${sid}/whatsapp/${waba_id}/number/verify`, {
      method: 'POST',
      headers: { 'api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ id: Number(id), phone_number, otp }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    const { code, message, data } = Envelope.parse(await response.json());
    metrics.addMetric(code, MetricUnit.Count, 1);
    logger.info('verification', { tenant_id, code });
    if (code !== 'WA200') return json(422, { code, message });
    return json(200, { status: 'verified', tenant_id, waba_id, id, phone_number, reference: data, message });
  });
