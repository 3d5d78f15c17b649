/** The usual tutorial: Middy, axios, and the secret read with the SDK for each request. Clients are created once. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import axios from 'axios';

const secretsManager = new SecretsManagerClient({});
const kaleyra = axios.create({ baseURL: 'https://api.in.kaleyra.io', timeout: 10_000 });

const json = (statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(httpJsonBodyParser())
  .onError((request) => {
    console.error(request.error?.message);
    request.response = json(502, { code: 'failed' });
  })
  .handler(async (event): Promise<APIGatewayProxyStructuredResultV2> => {
    const { tenant_id, waba_id } = event.pathParameters ?? {};
    const { id, phone_number, otp } = event.body as unknown as Record<string, string>;
    if (!tenant_id || !waba_id || !id || !phone_number || !otp) return json(400, { code: 'incomplete' });

    const secret = await secretsManager.send(new GetSecretValueCommand({ SecretId: `kaleyra/${tenant_id}` }));
    const { sid, apiKey } = JSON.parse(secret.SecretString ?? '{}');

    const { data: envelope } = await kaleyra.post(
      `/v2/${sid}/whatsapp/${waba_id}/number/verify`,
      { id: Number(id), phone_number, otp },
      { headers: { 'api-key': apiKey } },
    );
    console.log('verification', { tenant_id, code: envelope.code });
    if (envelope.code !== 'WA200') return json(422, { code: envelope.code, message: envelope.message });
    return json(200, { status: 'verified', tenant_id, waba_id, id, phone_number, reference: envelope.data });
  });
