/** The OpenAPI 3.1 document of the HTTP entry point, derived from the function's own code. */
import { routeMethod, routePath, type Verification } from '../../functions/verify-number/core/contract.ts';
import { createFailureResponses } from './openapi-responses.ts';
import { createOpenApiSchemas, type Json, ref, toFieldSchema } from './openapi-schemas.ts';
import { sampleRequest } from './sample-request.ts';

const { tenant_id, waba_id, ...sampleBody } = sampleRequest;

const sampleVerification: Verification = {
  status: 'verified',
  tenant_id,
  waba_id,
  id: sampleRequest.id,
  phone_number: sampleRequest.phone_number,
  reference: '765412345678901',
  message: 'Request Processed Successfully',
};

const createPathParameter = (name: 'tenant_id' | 'waba_id'): Json => {
  const { description, ...schema } = toFieldSchema(name);
  return { name, in: 'path', required: true, description, schema, example: sampleRequest[name] };
};

const createOperation = (): Json => ({
  operationId: 'verifyNumber',
  tags: ['Verification'],
  summary: 'Verify a phone number',
  description:
    'Verifies the number at Kaleyra with the one-time password and the credentials of the tenant in the path. ' +
    'A failure has problem details: decide by `code`. ' +
    'There is no idempotency key: repeating a successful request fails with `AlreadyVerified`.',
  parameters: [createPathParameter('tenant_id'), createPathParameter('waba_id')],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: ref('schemas', 'VerifyNumberRequest'),
        examples: {
          Digits: { summary: 'The id as a string', value: sampleBody },
          Number: {
            summary: 'The id as a number, as in Kaleyra’s samples',
            value: { ...sampleBody, id: Number(sampleRequest.id) },
          },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The number is verified.',
      content: {
        'application/json': {
          schema: ref('schemas', 'Verification'),
          examples: { Verified: { summary: 'Verified', value: sampleVerification } },
        },
      },
    },
    ...createFailureResponses(),
  },
});

const securitySchemes: Json = {
  iam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    'x-amazon-apigateway-authtype': 'awsSigv4',
    description:
      'AWS Signature Version 4 for the service `execute-api`, in the region of the API. The default of the stack.',
  },
  jwt: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of the configured issuer with a claim that lists the tenant in the path.',
  },
};

/**
 * Creates the document.
 * @param version the package's version, for `info.version`
 */
export const createOpenApiDocument = (version: string): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'WhatsApp number verification',
    version,
    summary: 'Verifies WhatsApp Business numbers through Kaleyra, for many tenants.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [
    {
      url: 'https://{api_id}.execute-api.{region}.amazonaws.com',
      description: 'The stack in an AWS account: its output `ApiUrl`.',
      variables: { api_id: { default: 'a1b2c3d4e5' }, region: { default: 'ap-south-1' } },
    },
    {
      url: 'http://127.0.0.1:3000',
      description: 'The sandbox: `npm start`. It accepts every caller unless `TENANT_CLAIM` is set.',
    },
  ],
  tags: [{ name: 'Verification', description: 'Verification of phone numbers.' }],
  security: [{ iam: [] }, { jwt: [] }],
  paths: { [routePath]: { [routeMethod.toLowerCase()]: createOperation() } },
  components: {
    schemas: createOpenApiSchemas(),
    headers: {
      RetryAfter: {
        description:
          "Seconds to wait before the next request: Kaleyra's value if it sent one, at most 86,400. " +
          'Every retryable failure with this status has it.',
        schema: { type: 'integer', minimum: 0 },
      },
    },
    securitySchemes,
  },
});
