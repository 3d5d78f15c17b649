/** The format of a tenant's secret: `{"sid": "…", "apiKey": "…"}`. Other fields are ignored. */
import { Failure } from '../core/failures.ts';
import { nameForeignCharacter } from '../core/parse-command.ts';
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
  typeof value === 'string' && /^[\x21-\x7e]{1,512}$/.test(value);

/** The reason of a secret in another format. Its detail contains this word, too: the release check expects it. */
export const secretFormatReason = 'secret_format';

/**
 * Parses a secret.
 * @throws Failure CredentialsMisconfigured with the shape that was found, without any value
 */
export const parseSecret = (secret: string): TenantCredentials => {
  const value = parseJson(secret);
  const { sid, apiKey } = Object(value) as Partial<Record<string, unknown>>;
  if (isSid(sid) && isApiKey(apiKey)) return { sid, apiKey };
  throw new Failure(
    'CredentialsMisconfigured',
    `The tenant's secret does not have the documented format (${secretFormatReason}): ${describeShape(secret, value)}. ` +
      'Store {"sid": "…", "apiKey": "…"}.',
    { reason: secretFormatReason },
  );
};

const describeShape = (secret: string, value: unknown): string => {
  if (secret.startsWith('\ufeff')) return 'it begins with U+FEFF, a byte order mark';
  if (value === undefined) return 'it is plain text, not JSON';
  if (Array.isArray(value)) return 'it is an array';
  if (typeof value !== 'object' || value === null) return 'it is not an object';
  const problems = Object.entries(expected).map(([name, { isValid, accepts, misspellings }]) => {
    const given = (value as Record<string, unknown>)[name];
    if (isValid(given)) return '';
    if (given !== undefined) return `its ${name} ${describeValue(given)}must be ${accepts}`;
    const misspelled = misspellings.find((other) => Object.hasOwn(value, other));
    return `it has no field ${name}${misspelled ? `, but ${misspelled}` : ''}`;
  });
  return problems.filter((problem) => problem !== '').join('; ');
};

const describeValue = (value: unknown): string => {
  const foreign = typeof value === 'string' && nameForeignCharacter(value);
  return foreign ? `contains ${foreign} and ` : '';
};

/** Only these names of fields are repeated: any other one could be a key that was pasted in the wrong place. */
const expected = {
  sid: {
    isValid: isSid,
    accepts: 'letters and digits',
    misspellings: ['SID', 'Sid', 'account_sid', 'accountSid'],
  },
  apiKey: {
    isValid: isApiKey,
    accepts: 'at most 512 characters of printable ASCII without spaces',
    misspellings: ['apikey', 'api_key', 'api-key', 'ApiKey', 'APIKEY', 'API_KEY', 'key'],
  },
} as const;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
