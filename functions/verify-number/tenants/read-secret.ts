/** Reads tenants' secrets from Secrets Manager. */
import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { createIdleSocketMiddleware, getReason } from '../aws/aws-clients.ts';
import { createAgent } from '../aws/https-agent.ts';
import { withinDeadline } from '../aws/within-deadline.ts';
import type { Clock } from '../core/clock.ts';
import { defaultDetails, Failure } from '../core/failures.ts';
import { secretDeadlineMs } from '../core/time-budget.ts';
import { getSecretName } from './secret.ts';

/**
 * Reads a tenant's secret as text.
 * @throws Failure TenantUnknown, CredentialsMisconfigured or CredentialsUnavailable
 */
export type ReadSecret = (tenantId: string) => Promise<string>;

/** Settings of the client, in milliseconds. Within the deadline, a try without a response leaves time for a second one. */
const secretsManagerSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 1400, throwOnRequestTimeout: true },
} as const;

/** Creates the client, with settings that differ from the defaults. */
export const createSecretsManagerClient = (
  differing: SecretsManagerClientConfig = {},
  agent = createAgent(),
  clock: Clock = Date,
): SecretsManagerClient => {
  const client = new SecretsManagerClient({
    ...secretsManagerSettings,
    requestHandler: { ...secretsManagerSettings.requestHandler, httpsAgent: agent },
    ...differing,
  });
  client.middlewareStack.add(createIdleSocketMiddleware(agent, clock));
  return client;
};

/** Creates the reader. It reads only `AWSCURRENT`. */
export const createReadSecret =
  (client: SecretsManagerClient, secretPrefix: string): ReadSecret =>
  async (tenantId) => {
    const command = new GetSecretValueCommand({
      SecretId: getSecretName(secretPrefix, tenantId),
      VersionStage: 'AWSCURRENT',
    });
    const response = await withinDeadline(secretDeadlineMs, (abortSignal) =>
      client.send(command, { abortSignal }),
    ).catch((error) => {
      throw mapError(error);
    });
    if (response.SecretString !== undefined) return response.SecretString;
    throw new Failure('CredentialsMisconfigured', "The tenant's secret is binary. Store it as text.", {
      reason: 'secret_binary',
    });
  };

/**
 * Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html and
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
const mapError = (error: unknown): Failure => {
  const sdkReason = getReason(error);
  const code = getCode(error, sdkReason);
  const isAboutKey = sdkReason === 'AccessDeniedException' && /\bKMS\b/.test(String(Object(error).message));
  const reason = isAboutKey ? 'kms_access_denied' : sdkReason;
  return new Failure(code, details[code], { reason });
};

const details = {
  TenantUnknown: defaultDetails.TenantUnknown,
  CredentialsMisconfigured:
    "The function cannot read or decrypt the tenant's secret, or it has no current value. Check the secret and the permissions.",
  CredentialsUnavailable: defaultDetails.CredentialsUnavailable,
};

const getCode = (error: unknown, reason: string): keyof typeof details => {
  const { message, $metadata } = Object(error) as {
    readonly message?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: unknown };
  };
  const matches = (pattern: RegExp) => pattern.test(String(message));
  if (reason === 'ResourceNotFoundException' && !matches(/staging label/i)) return 'TenantUnknown';
  // A secret that is being deleted.
  if (
    reason === 'InvalidRequestException' &&
    matches(/marked (for deletion|(as )?deleted)|scheduled for deletion/i)
  ) {
    return 'TenantUnknown';
  }
  const status = Number($metadata?.httpStatusCode);
  const isRefusal = status >= 400 && status < 500 && status !== 429;
  return isRefusal && !isThrottling(reason) && !isAboutIdentity(reason) && !reason.startsWith('http_')
    ? 'CredentialsMisconfigured'
    : 'CredentialsUnavailable';
};

/** AWS sends throttling with HTTP 400. */
const isThrottling = (reason: string): boolean =>
  /throttl|TooManyRequests|LimitExceeded|SlowDown|RequestTimeout/i.test(reason);

/** AWS rejects the function's own identity: its credentials have expired, or its clock is wrong. */
const isAboutIdentity = (reason: string): boolean =>
  /Signature|ExpiredToken|InvalidToken|ClientTokenId|AuthenticationToken|RequestExpired|InTheFuture|Skewed|UnrecognizedClient|AuthFailure/.test(
    reason,
  );
