import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { catalogue, type Failure } from '../core/failures.ts';

/** A failure as an RFC 9457 problem document, for API Gateway. The only place that writes HTTP statuses of failures. */
export const problemDetails = (failure: Failure, requestId: string): APIGatewayProxyStructuredResultV2 => {
  const { code, message, kaleyra, errors, retryAfterSeconds } = failure;
  const { status, title, retryable } = catalogue[code];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({
      type: `urn:kaleyra-verify:problem:${code}`,
      title,
      status,
      detail: message,
      instance: `urn:kaleyra-verify:request:${requestId}`,
      code,
      retryable,
      ...(kaleyra && { kaleyra }),
      ...(errors && { errors }),
    }),
  };
};
