/** The OpenAPI 3.1 document of the HTTP entry point, read off what the function runs on. */
import { routeMethod, routePath, type Verification } from '../../functions/verify-number/core/contract.ts';
import { sampleRequest } from '../sandbox/sample-request.ts';
import { failingResponses } from './openapi-responses.ts';
import { type Json, memberSchema, openApiSchemas, ref } from './openapi-schemas.ts';

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

const pathParameter = (name: 'tenant_id' | 'waba_id'): Json => {
  const { description, ...schema } = memberSchema(name);
  return { name, in: 'path', required: true, description, schema, example: sampleRequest[name] };
};

const operation = (): Json => ({
  operationId: 'verifyNumber',
  tags: ['Verification'],
  summary: 'Verify a phone number',
  description:
    'Hands the one-time password to Kaleyra, with the credentials of the tenant in the path. ' +
    'A failure is a problem document: decide by its `code`. ' +
    'There is no idempotency key: a repeat of a request that succeeded answers `AlreadyVerified`.',
  parameters: [pathParameter('tenant_id'), pathParameter('waba_id')],
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
    ...failingResponses(),
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
    description:
      'A token of the issuer that the stack was given, with a claim that names the tenant in the path.',
  },
};

/**
 * Makes the document.
 * @param version the project's own, for `info.version`
 */
export const openApiDocument = (version: string): Json => ({
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
      description: 'The sandbox: `npm start`. It lets every caller in, unless `TENANT_CLAIM` is set.',
    },
  ],
  tags: [{ name: 'Verification', description: 'The one thing that this API does.' }],
  security: [{ iam: [] }, { jwt: [] }],
  paths: { [routePath]: { [routeMethod.toLowerCase()]: operation() } },
  components: {
    schemas: openApiSchemas(),
    headers: {
      RetryAfter: {
        description:
          "Seconds to wait before the next try: Kaleyra's own value where it sent one. " +
          'With every retryable answer of this status that the function gives.',
        schema: { type: 'integer', minimum: 0 },
      },
    },
    securitySchemes,
  },
});
