/** Errors of Secrets Manager and of the tool. */
import { Failure } from '../../functions/verify-number/core/failures.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { redactKey } from '../../functions/verify-number/kaleyra/redact.ts';

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: object;
}

/** A socket, DNS or certificate error, or a timeout: nothing reached Secrets Manager, or nothing came back. */
export const isConnectionError = (error: unknown): boolean => {
  if (error instanceof Failure) return false;
  const { name, code } = error as SdkError;
  return name === 'TimeoutError' || typeof code === 'string';
};

/**
 * Whether Secrets Manager rejects the caller itself, so that every other call fails as well.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
export const isIdentityError = (error: unknown): boolean =>
  /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|RequestExpired|CredentialsProvider)/.test(
    (error as Error).name,
  );

/** Removes a request's key and SID from an error, because an endpoint may repeat the request. */
export const redactError = (error: unknown, { sid, apiKey }: TenantCredentials): unknown => {
  const { name, message } = error as Error;
  const clean = (text: string) => redactKey(redactKey(text.normalize('NFKC'), apiKey), sid);
  return Object.assign(error as Error, { name: clean(name), message: clean(message) });
};

/** In characters. */
const maxLength = 400;

/** The message of an error. An error of the SDK is cut and has no control characters. */
export const toErrorMessage = (error: unknown): string => {
  const { name, message, code, $metadata } = error as SdkError;
  const isUnreachable = isConnectionError(error);
  if (!isUnreachable && !$metadata) return message;
  const text = isUnreachable
    ? `Secrets Manager cannot be reached (${message || code}).`
    : `${name}: ${message}`;
  return text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .slice(0, maxLength)
    .toWellFormed();
};
