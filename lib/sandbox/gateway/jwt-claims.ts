/**
 * The claims of a bearer token, in the form in which API Gateway's HTTP APIs hand them to a function: each as text,
 * lists as `[a b]`. Signature, issuer and expiry are NOT checked: for the sandbox only.
 * Source of the form: https://github.com/floci-io/floci/pull/2011, which measured it.
 * @param authorization the header as sent
 * @returns undefined where there is no token that can be read
 */
export const claimsOf = (authorization: string | undefined): Record<string, string> | undefined => {
  const parts = (authorization ?? '').replace(/^bearer +/i, '').split('.');
  if (parts.length !== 3) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(String(parts[1]), 'base64url').toString('utf8'));
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
    return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, textOf(value)]));
  } catch {
    return undefined;
  }
};

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `map[${Object.entries(value)
    .map(([name, inner]) => `${name}:${textOf(inner)}`)
    .join(' ')}]`;
};

/** A token that the sandbox takes: unsigned, with the one claim. */
export const unsignedToken = (claim: string, value: string | readonly string[]): string => {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ [claim]: value })}.`;
};
