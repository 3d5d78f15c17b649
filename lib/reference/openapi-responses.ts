/** The failing responses of the OpenAPI document: one for each HTTP status, with an example for each code behind it. */
import {
  catalogue,
  Failure,
  type FailureCode,
  failureCodes,
} from '../../functions/verify-number/core/failures.ts';
import { problemDetails } from '../../functions/verify-number/entry-points/problem-details.ts';
import { failureGuide } from './failure-guide.ts';
import { type Json, problemSchemaName, ref } from './openapi-schemas.ts';

const sampleRequestId = '3f1c9a52-7f0e-4c4e-9d36-0a1b2c3d4e5f';

/** The guide's sample as a problem document, written by what writes the function's answers. */
export const sampleProblem = (code: FailureCode): Json => {
  const { detail, ...facts } = failureGuide[code].sample;
  const { body } = problemDetails(new Failure(code, detail, facts), sampleRequestId);
  return JSON.parse(body ?? '');
};

interface GatewayResponse {
  readonly message: string;
  readonly meaning: string;
}

/**
 * What API Gateway answers in place of the function.
 * Source: the Amazon API Gateway developer guide on HTTP APIs (authorization, throttling, troubleshooting).
 */
export const gatewayResponses: ReadonlyMap<number, GatewayResponse> = new Map([
  [400, { message: 'Bad Request', meaning: 'Not HTTP that it can read, such as a path with a stray `%`.' }],
  [401, { message: 'Unauthorized', meaning: 'With JWT: no token, or one that is not valid here.' }],
  [
    403,
    { message: 'Forbidden', meaning: 'With IAM: not signed, or not for this tenant. With JWT: no scope.' },
  ],
  [404, { message: 'Not Found', meaning: 'Another path or method than the documented one.' }],
  [413, { message: 'Request Entity Too Large', meaning: 'Over 10 MB, which it takes at most.' }],
  [429, { message: 'Too Many Requests', meaning: 'Over the rate that the operators allow.' }],
  [500, { message: 'Internal Server Error', meaning: 'The function could not be called.' }],
  [503, { message: 'Service Unavailable', meaning: 'The function gave no answer in time.' }],
]);

const problemContent = (codes: readonly FailureCode[]): Json => {
  const refs = codes.map((code) => ref('schemas', problemSchemaName(code)));
  const mapping = Object.fromEntries(codes.map((code, index) => [code, refs[index]?.['$ref']]));
  return {
    schema: refs.length === 1 ? refs[0] : { oneOf: refs, discriminator: { propertyName: 'code', mapping } },
    examples: Object.fromEntries(
      codes.map((code) => [code, { summary: catalogue[code].title, value: sampleProblem(code) }]),
    ),
  };
};

const gatewayContent = ({ message, meaning }: GatewayResponse): Json => ({
  schema: ref('schemas', 'GatewayResponse'),
  examples: { ApiGateway: { summary: meaning, value: { message } } },
});

/** Whether some answer with this code carries `Retry-After`. */
const mayHaveRetryAfter = (code: FailureCode): boolean =>
  'retryAfterSeconds' in catalogue[code] || failureGuide[code].sample.retryAfterSeconds !== undefined;

const failingResponse = (status: number): Json => {
  const codes = failureCodes.filter((code) => catalogue[code].status === status);
  const gateway = gatewayResponses.get(status);
  const meanings = codes.map((code) => {
    const { meaning, again } = failureGuide[code];
    return `- \`${code}\`: ${meaning} Try again: ${again}`;
  });
  if (gateway) meanings.push(`- API Gateway, not the function: ${gateway.meaning}`);
  return {
    description: meanings.join('\n'),
    ...(codes.some(mayHaveRetryAfter) && { headers: { 'Retry-After': ref('headers', 'RetryAfter') } }),
    content: {
      ...(codes.length > 0 && { 'application/problem+json': problemContent(codes) }),
      ...(gateway && { 'application/json': gatewayContent(gateway) }),
    },
  };
};

/** Every failing response, by status. */
export const failingResponses = (): Json => {
  const statuses = new Set([
    ...failureCodes.map((code) => catalogue[code].status),
    ...gatewayResponses.keys(),
  ]);
  return Object.fromEntries([...statuses].map((status) => [status, failingResponse(status)]));
};
