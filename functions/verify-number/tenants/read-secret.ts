import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Failure } from '../core/failures.ts';
import { secretDeadlineMs } from '../time-budget.ts';
import { withinDeadline } from '../within-deadline.ts';

/**
 * Reads a tenant's secret as text.
 * @throws Failure TenantUnknown, CredentialsMisconfigured or CredentialsUnavailable
 */
export type ReadSecret = (tenantId: string) => Promise<string>;

/**
 * Settings of the SDK's client: within the deadline, a first attempt that gets no answer leaves time for a second.
 * Times in milliseconds.
 */
export const secretsManagerSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 1400, throwOnRequestTimeout: true },
} as const;

/** Makes the reader of secrets. Only here is the prefix put before a tenant id, and only `AWSCURRENT` is read. */
export const createReadSecret =
  (client: SecretsManagerClient, secretPrefix: string): ReadSecret =>
  async (tenantId) => {
    const command = new GetSecretValueCommand({
      SecretId: secretPrefix + tenantId,
      VersionStage: 'AWSCURRENT',
    });
    const answer = await withinDeadline(secretDeadlineMs, (abortSignal) =>
      client.send(command, { abortSignal }),
    ).catch((error) => {
      throw failureOf(error);
    });
    if (answer.SecretString !== undefined) return answer.SecretString;
    throw new Failure('CredentialsMisconfigured', "The tenant's secret is binary, not text.");
  };

interface AwsError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** Source: the errors of GetSecretValue in the Secrets Manager API reference, and the errors common to all its actions. */
const failureOf = (error: unknown): Failure => {
  const { name, message, $metadata } = error as AwsError;
  // The error itself holds the request and the response, so only its name goes on.
  const cause = new Error(String(name));
  const says = (text: RegExp) => text.test(String(message));

  if (name === 'ResourceNotFoundException' && !says(/staging label/i)) {
    return new Failure('TenantUnknown', 'There is no secret for this tenant.', { cause });
  }
  if (
    name === 'InvalidRequestException' &&
    says(/marked (for deletion|as deleted)|scheduled for deletion/i)
  ) {
    return new Failure('TenantUnknown', "The tenant's secret is being deleted.", { cause });
  }
  const status = Number($metadata?.httpStatusCode);
  const isRefusal = status >= 400 && status < 500 && status !== 429;
  if (isRefusal && !isThrottling(name)) {
    const detail = "The function may not read or decrypt the tenant's secret, or it has no current value.";
    return new Failure('CredentialsMisconfigured', detail, { cause });
  }
  return new Failure('CredentialsUnavailable', 'Secrets Manager could not be read.', { cause });
};

/** AWS sends throttling as HTTP 400. */
const isThrottling = (name: unknown): boolean =>
  /throttl|TooManyRequests|LimitExceeded|SlowDown|RequestTimeout/i.test(String(name));
