import { failureCodes } from '../../functions/verify-number/core/failures.ts';

/** A complete response, or the name of the error without one. */
export type SmokeResult = { readonly usesToken: boolean } & (
  | {
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
      /** The server's clock minus this machine's. NaN if the response has no date. */
      readonly clockDifferenceMs: number;
      /** ARN of the identity that signed the request, if API Gateway rejected it. */
      readonly caller?: string | undefined;
    }
  | { readonly error: string }
);

interface SmokeVerdict {
  readonly passed: boolean;
  /** What the result means and what to do. */
  readonly text: string;
}

/**
 * Judges the result of the smoke test. The function rejects the reserved tenant over HTTP, so this rejection shows that
 * the API, its authorization and the function work. The release check tries the secrets.
 */
export const judgeSmokeResult = (result: SmokeResult): SmokeVerdict => {
  if ('error' in result) return fail(describeConnectionError(result.error));
  const { status, headers, text } = result;
  const isProblem = /^application\/problem\+json/.test(headers.get('content-type') ?? '');
  const { code, detail } = isProblem ? parseObject(text) : {};
  const known = failureCodes.find((one) => one === code);
  if (!known) return fail(`HTTP ${status}: ${describeGatewayResponse(result)}`);
  if (known === 'TenantForbidden') {
    return { passed: true, text: 'The API, its authorization and the function work.' };
  }
  const advice = known === 'InternalError' ? ' Its log contains the stack frames in the field `defect`.' : '';
  return fail(`HTTP ${status} ${known}: ${detail}${advice}`);
};

const fail = (text: string): SmokeVerdict => ({ passed: false, text });

/**
 * The largest difference between a signature's time and the server's clock.
 * @see https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
 */
const maxClockDifferenceMs = 5 * 60 * 1000;

/**
 * Describes a response that the function has not written.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
const describeGatewayResponse = (result: Extract<SmokeResult, { status: number }>): string => {
  const { status, headers, text, usesToken, clockDifferenceMs, caller = 'your identity' } = result;
  const { message } = parseObject(text);
  const isGateway = typeof message === 'string';
  if (status === 401 && /^bearer/i.test(headers.get('www-authenticate') ?? '')) {
    return usesToken
      ? 'API Gateway rejects the token. Check its issuer, audience, scopes and expiry.'
      : 'The API accepts tokens only (authorization=jwt). Set API_TOKEN to a token.';
  }
  if (status === 403 && isGateway) {
    if (Math.abs(clockDifferenceMs) > maxClockDifferenceMs) {
      const minutes = Math.round(clockDifferenceMs / 60_000);
      return `The signature has expired or is not valid yet: this clock differs from the server's by ${minutes} minutes. Set the clock.`;
    }
    return `API Gateway rejects the signature, or ${caller} may not call the path of the tenant _release-check (${message}). Check the credentials, --region and execute-api:Invoke.`;
  }
  if (status === 404 && isGateway) return 'There is no such route. Is --url the output ApiUrl of this stack?';
  if (status === 429) return 'API Gateway throttles requests. Compare throttleRate with the traffic.';
  if (status === 500 && isGateway) {
    return "API Gateway got no valid response from the function. See `integration_error` in the API's access log.";
  }
  if (status === 503 && isGateway) {
    return 'Lambda did not run the function: it is throttled, or its concurrency is used up.';
  }
  if (status === 504 && isGateway) return 'The function did not respond within 30 seconds.';
  if (status >= 300 && status < 400) return 'The URL redirects. Use the output ApiUrl of the stack.';
  return 'This is not a response of the API. Is --url the output ApiUrl of this stack?';
};

/** @see https://nodejs.org/api/errors.html#common-system-errors */
const describeConnectionError = (error: string): string => {
  if (/ENOTFOUND|EAI_AGAIN/.test(error)) {
    return `${error}: The host name cannot be resolved. Check --url, and the DNS record of your domain.`;
  }
  if (/CERT|ALTNAME|SELF_SIGNED|UNABLE_TO|SSL|TLS/.test(error)) {
    return `${error}: The certificate is not valid for this host. Does the domain point to the output DomainTarget?`;
  }
  if (/Timeout|ETIMEDOUT/i.test(error)) return `${error}: There was no response in time.`;
  return `${error}: The connection failed.`;
};

const parseObject = (text: string): Partial<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};
