import { type FailureCode, failureCodes } from '../../functions/verify-number/core/failures.ts';
import { secretFormatDetail } from '../../functions/verify-number/tenants/secret.ts';

/** A complete response, or the name of the error without one. */
export type SmokeResult = { readonly usesToken: boolean } & (
  | {
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
      /** The server's clock minus this machine's. NaN if the response has no date. */
      readonly clockDifferenceMs: number;
    }
  | { readonly error: string }
);

interface SmokeVerdict {
  readonly passed: boolean;
  /** What the result means and what to do. */
  readonly text: string;
}

/** Judges the result of the smoke test. Only the reserved tenant's malformed secret passes. */
export const judgeSmokeResult = (result: SmokeResult): SmokeVerdict => {
  if ('error' in result) return fail(describeConnectionError(result.error));
  const { status, headers, text } = result;
  const problem = /^application\/problem\+json/.test(headers.get('content-type') ?? '')
    ? parseProblem(text)
    : undefined;
  if (!problem) return fail(`HTTP ${status}: ${describeGatewayResponse(result)}`);
  if (problem.code === 'CredentialsMisconfigured' && problem.detail === secretFormatDetail) {
    return {
      passed: true,
      text: 'The API, its authorization, the function and its access to the secrets work.',
    };
  }
  return fail(`HTTP ${status} ${problem.code}: ${advice[problem.code] ?? problem.detail}`);
};

const fail = (text: string): SmokeVerdict => ({ passed: false, text });

interface Problem {
  readonly code: FailureCode;
  readonly detail: string;
}

const parseProblem = (text: string): Problem | undefined => {
  const { code, detail } = parseObject(text);
  const known = failureCodes.find((one) => one === code);
  return known && { code: known, detail: String(detail) };
};

/** For failure codes whose detail does not say what is wrong with the deployment. */
const advice: Partial<Record<FailureCode, string>> = {
  TenantUnknown:
    'The stack has no secret for the reserved tenant. It is older than this version or has another secretPrefix. Deploy it again.',
  TenantForbidden:
    'API, authorization and function work, but the token is not authorized for the tenant _release-check, so the secrets were not tried.',
  CredentialsMisconfigured:
    "The function may not read or decrypt the reserved tenant's secret. Check secretPrefix, secretKeyArn and the key's policy.",
  CredentialsUnavailable:
    'The function cannot reach Secrets Manager, or Secrets Manager throttles it. With a VPC, check its routes and endpoints.',
  AttemptsUnavailable:
    'The function cannot count attempts in DynamoDB. With a VPC, check its routes and endpoints.',
  TenantRateLimited: 'Too many smoke tests in this minute. Wait a minute.',
  InternalError: 'The function has a defect. Its log contains the stack frames in the field `defect`.',
};

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
  const { status, headers, text, usesToken, clockDifferenceMs } = result;
  const { message } = parseObject(text);
  const isGateway = typeof message === 'string';
  if (status === 401 && /^bearer/i.test(headers.get('www-authenticate') ?? '')) {
    return usesToken
      ? 'API Gateway rejects the token. Check its issuer, audience, scopes and expiry.'
      : 'The API accepts tokens only (authorization=jwt). Set API_TOKEN to a token for the tenant _release-check.';
  }
  if (status === 403 && isGateway) {
    if (Math.abs(clockDifferenceMs) > maxClockDifferenceMs) {
      const minutes = Math.round(clockDifferenceMs / 60_000);
      return `The signature has expired or is not valid yet: this clock differs from the server's by ${minutes} minutes. Set the clock.`;
    }
    return `API Gateway rejects the signature, or your identity may not call the path of the tenant _release-check (${message}). Check the credentials, --region and execute-api:Invoke.`;
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
