/** Middleware that checks that an HTTP caller is authorized for the tenant. IAM authorizes direct callers for all of them. */
import { releaseCheckTenantId, type VerifyNumberCommand } from '../core/contract.ts';
import { defaultDetails, Failure } from '../core/failures.ts';
import { isTenantId } from '../core/parse-command.ts';
import type { Middleware, Token } from './pipeline-request.ts';

/**
 * Creates the middleware. From here on, the request's fields may be logged.
 * @param claim the JWT claim that lists the caller's tenants. Absent: IAM authorizes, and every token is rejected
 * @throws Failure TenantForbidden, whether or not the tenant exists
 */
export const authorizeTenant = (claim: string | undefined): Middleware => ({
  before: ({ event, internal }) => {
    const { number } = event as VerifyNumberCommand;
    const reason = internal.channel === 'http' && findReason(internal.token, claim, number.tenant_id);
    if (reason) throw new Failure('TenantForbidden', defaultDetails.TenantForbidden, { reason });
    internal.number = number;
  },
});

/** Returns why the caller is not authorized. */
const findReason = (token: Token | undefined, claim: string | undefined, tenantId: string) => {
  if (tenantId === releaseCheckTenantId) return 'reserved_tenant';
  if (claim === undefined) return token && 'no_claim';
  if (!token) return 'no_token';
  const claims: Readonly<Record<string, unknown>> = token.claims ?? {};
  if (!Object.hasOwn(claims, claim)) return 'no_claim';
  const tenants = parseTenants(claims[claim]);
  if (!tenants) return 'claim_format';
  return tenants.includes(tenantId) ? undefined : 'other_tenant';
};

/**
 * Reads a claim: a list, a list as JSON text, a list as HTTP APIs write it into the event (`[acme globex]`), or names that
 * are separated by spaces or commas.
 * @returns undefined if any name is not a tenant id: HTTP APIs also write nested lists and objects (`map[name:value]`)
 */
const parseTenants = (claim: unknown): readonly string[] | undefined => {
  const names = typeof claim === 'string' ? (parseJsonList(claim) ?? splitNames(claim)) : claim;
  return Array.isArray(names) && names.every(isTenantId) ? names : undefined;
};

const parseJsonList = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const splitNames = (text: string): readonly string[] => text.replace(/^\[(.*)\]$/, '$1').split(/ *, *| +/);
