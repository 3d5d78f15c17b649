/** The failure responses of the OpenAPI document: one per HTTP status, with an example for each of its codes. */
import {
  Failure,
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../functions/verify-number/core/failures.ts';
import { toProblemDetails } from '../../functions/verify-number/pipeline/problem-details.ts';
import { failureGuide } from './failure-guide.ts';
import { failureSamples } from './failure-samples.ts';
import { getProblemSchemaName, type Json, ref } from './openapi-schemas.ts';

const sampleRequestId = '3f1c9a52-7f0e-4c4e-9d36-0a1b2c3d4e5f';

/** The guide's sample as problem details, written by the function's own code. */
export const createSampleProblem = (code: FailureCode): Json => {
  const { detail, ...facts } = failureSamples[code];
  const { body } = toProblemDetails(new Failure(code, detail, facts), sampleRequestId);
  return JSON.parse(body ?? '');
};

interface GatewayResponse {
  readonly message: string;
  readonly meaning: string;
}

/**
 * The responses of API Gateway itself.
 * Source: the Amazon API Gateway developer guide on HTTP APIs (authorization, throttling, troubleshooting).
 */
export const gatewayResponses: ReadonlyMap<number, GatewayResponse> = new Map([
  [400, { message: 'Bad Request', meaning: 'Malformed HTTP, for example a path with a stray `%`.' }],
  [401, { message: 'Unauthorized', meaning: 'With JWT: the token is missing or not valid.' }],
  [
    403,
    {
      message: 'Forbidden',
      meaning: 'With IAM: not signed, or no permission for this tenant. With JWT: the scope is missing.',
    },
  ],
  [404, { message: 'Not Found', meaning: 'The path or the method is not the documented one.' }],
  [413, { message: 'Request Entity Too Large', meaning: 'The request is larger than 10 MB.' }],
  [429, { message: 'Too Many Requests', meaning: 'The rate is above the limit that the operator has set.' }],
  [500, { message: 'Internal Server Error', meaning: 'The function could not be invoked.' }],
  [503, { message: 'Service Unavailable', meaning: 'The function did not respond in time.' }],
]);

const createProblemContent = (codes: readonly FailureCode[]): Json => {
  const refs = codes.map((code) => ref('schemas', getProblemSchemaName(code)));
  const mapping = Object.fromEntries(codes.map((code, index) => [code, refs[index]?.['$ref']]));
  return {
    schema: refs.length === 1 ? refs[0] : { oneOf: refs, discriminator: { propertyName: 'code', mapping } },
    examples: Object.fromEntries(
      codes.map((code) => [code, { summary: getDefinition(code).title, value: createSampleProblem(code) }]),
    ),
  };
};

const createGatewayContent = ({ message, meaning }: GatewayResponse): Json => ({
  schema: ref('schemas', 'GatewayResponse'),
  examples: { ApiGateway: { summary: meaning, value: { message } } },
});

/** Whether responses with this code have `Retry-After`. */
const mayHaveRetryAfter = (code: FailureCode): boolean => getDefinition(code).retryAfterSeconds !== undefined;

const createFailureResponse = (status: number): Json => {
  const codes = failureCodes.filter((code) => getDefinition(code).status === status);
  const gateway = gatewayResponses.get(status);
  const meanings = codes.map((code) => {
    const { meaning, retry } = failureGuide[code];
    return `- \`${code}\`: ${meaning} Retry: ${retry}`;
  });
  if (gateway) meanings.push(`- API Gateway, not the function: ${gateway.meaning}`);
  return {
    description: meanings.join('\n'),
    ...(codes.some(mayHaveRetryAfter) && { headers: { 'Retry-After': ref('headers', 'RetryAfter') } }),
    content: {
      ...(codes.length > 0 && { 'application/problem+json': createProblemContent(codes) }),
      ...(gateway && { 'application/json': createGatewayContent(gateway) }),
    },
  };
};

/** Every failure response, by status. */
export const createFailureResponses = (): Json => {
  const statuses = new Set([
    ...failureCodes.map((code) => getDefinition(code).status),
    ...gatewayResponses.keys(),
  ]);
  return Object.fromEntries([...statuses].map((status) => [status, createFailureResponse(status)]));
};
