/**
 * Reads the claims of a bearer token as API Gateway's HTTP APIs pass them to a function: each as text, lists as `[a b]`.
 * Signature, issuer and expiry are not checked, so this is for the sandbox only.
 * Source of the format: https://github.com/floci-io/floci/pull/2011, which measured it.
 * @param authorization the header as sent
 * @returns undefined if there is no readable token
 */
export const readClaims = (authorization: string | undefined): Record<string, string> | undefined => {
  const parts = (authorization ?? '').replace(/^bearer +/i, '').split('.');
  if (parts.length !== 3) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(String(parts[1]), 'base64url').toString('utf8'));
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
    return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, toText(value)]));
  } catch {
    return undefined;
  }
};

const toText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(toText).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `map[${Object.entries(value)
    .map(([name, inner]) => `${name}:${toText(inner)}`)
    .join(' ')}]`;
};

/** Creates a token that the sandbox accepts: unsigned, with one claim. */
export const createUnsignedToken = (claim: string, value: string | readonly string[]): string => {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ [claim]: value })}.`;
};
