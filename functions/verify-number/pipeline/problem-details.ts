/** Converts a failure to RFC 9457 problem details. The only place that writes HTTP statuses of failures. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Failure, type FailureCode, getDefinition } from '../core/failures.ts';

/** Returns the HTTP response for a failure. */
export const toProblemDetails = (
  failure: Failure,
  requestId: string,
  problemTypeBase?: string,
): APIGatewayProxyStructuredResultV2 => {
  const { code, message, kaleyra, errors, retryAfterSeconds } = failure;
  const { status, title, retryable } = getDefinition(code);
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({
      type: toProblemType(code, problemTypeBase),
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

/** The code's URN, or the link to its section of the page at `base`. */
export const toProblemType = (code: FailureCode, base?: string): string =>
  base ? `${base}#${code.toLowerCase()}` : `urn:kaleyra-verify:problem:${code}`;
