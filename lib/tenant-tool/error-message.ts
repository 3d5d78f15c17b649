import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { Failure } from '../../functions/verify-number/core/failures.ts';

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

/** An error in one line. It contains neither the request nor the response, because these contain keys. */
export const toErrorMessage = (error: unknown): string => {
  const { name, message, code, $metadata } = error as SdkError;
  const text = message.replace(/\s+/g, ' ');
  if (error instanceof Failure) return text;
  if (error instanceof ResourceNotFoundException) return `There is no such secret: ${text}`;
  if (isConnectionError(error)) return `Secrets Manager cannot be reached (${text || code}).`;
  return $metadata ? `${name}: ${text}` : text;
};
