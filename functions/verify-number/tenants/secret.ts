/** The format of a tenant's secret: `{"sid": "…", "apiKey": "…"}`. Other fields are ignored. */
import { Failure } from '../core/failures.ts';
import type { TenantCredentials } from '../core/verify-number.ts';

/** The name of a tenant's secret. */
export const getSecretName = (prefix: string, tenantId: string): string => prefix + tenantId;

/** The value of a secret. */
export const formatSecret = ({ sid, apiKey }: TenantCredentials): string => JSON.stringify({ sid, apiKey });

/** Letters and digits, because it is part of a URL. */
export const isSid = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9]+$/.test(value);

/** Printable ASCII without spaces, because it is the value of a header. */
export const isApiKey = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);

/** The detail for a secret in another format. The release check expects exactly this text. */
export const secretFormatDetail =
  'The tenant\'s secret is not {"sid", "apiKey"} in the documented format. Store it again.';

/**
 * Parses a secret.
 * @throws Failure CredentialsMisconfigured
 */
export const parseSecret = (secret: string): TenantCredentials => {
  const value = parseJson(secret);
  if (typeof value === 'object' && value !== null) {
    const { sid, apiKey } = value as Partial<Record<string, unknown>>;
    if (isSid(sid) && isApiKey(apiKey)) return { sid, apiKey };
  }
  throw new Failure('CredentialsMisconfigured', secretFormatDetail, { reason: 'secret_format' });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
