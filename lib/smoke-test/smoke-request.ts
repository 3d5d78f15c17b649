import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { releaseCheckTenantId, routeMethod, routePath } from '../../functions/verify-number/core/contract.ts';
import type { SmokeOptions } from './smoke-options.ts';
import type { SmokeResult } from './smoke-verdict.ts';

/** API Gateway responds within 30 seconds. */
const timeoutMs = 35_000;

/** Every field is valid, and none means a number. The function rejects the reserved tenant over HTTP. */
const path = routePath.replace('{tenant_id}', releaseCheckTenantId).replace('{waba_id}', '0');
const body = JSON.stringify({ id: '0', phone_number: '+10000000', otp: '000000' });
const contentType = { 'content-type': 'application/json' };

/**
 * Sends the request of the smoke test.
 * @param token sent instead of a signature
 * @throws Error if there is no region or there are no credentials to sign with
 */
export const sendSmokeRequest = async (
  { url, region }: SmokeOptions,
  token: string | undefined,
): Promise<SmokeResult> => {
  const headers = token === undefined ? await signRequest(url, region) : { authorization: `Bearer ${token}` };
  const usesToken = token !== undefined;
  try {
    const response = await fetch(new URL(path, url), {
      method: routeMethod,
      headers: { ...contentType, ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    const clockDifferenceMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
    const { status } = response;
    const caller = status === 403 && !usesToken ? await getCaller(region) : undefined;
    return { usesToken, status, headers: response.headers, text, clockDifferenceMs, caller };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: unknown; message?: string } };
    return { usesToken, error: String(cause?.code ?? cause?.message ?? name) };
  }
};

/** The role or user whose credentials sign. No policy can deny this call, but its endpoint may be unreachable. */
const getCaller = async (region: string | undefined): Promise<string | undefined> => {
  const sts = new STSClient({ ...(region !== undefined && { region }), maxAttempts: 1 });
  const identity = await sts.send(new GetCallerIdentityCommand({})).catch(() => undefined);
  return identity?.Arn;
};

const signRequest = async (url: URL, given: string | undefined): Promise<Record<string, string>> => {
  // Only for its default chains of region and credentials.
  const { config } = new STSClient({ ...(given !== undefined && { region: given }) });
  const region = await config.region().catch(() => {
    throw new Error('No AWS region is configured. Pass --region with the region of the API.');
  });
  const credentials = await config.credentials().catch((error: Error) => {
    throw new Error(
      `No AWS credentials were found (${error.message}). Sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.`,
    );
  });
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method: routeMethod,
    protocol: url.protocol,
    hostname: url.hostname,
    path,
    headers: { host: url.host, ...contentType },
    body,
  });
  return signed.headers;
};
