/** The tenants that the sandbox starts with. All credentials are obviously fake. */
import { releaseCheckTenantId } from '../../../functions/verify-number/core/contract.ts';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import { formatSecret, getSecretName } from '../../../functions/verify-number/tenants/secret.ts';

/** A tenant with its secret and its account at the simulated Kaleyra. */
export interface SeedTenant {
  readonly tenantId: string;
  readonly sid: string;
  readonly apiKey: string;
  /** A second active key of the account, so that a rotation can be tried. */
  readonly nextApiKey?: string;
  /** The account's pod. By default the sandbox's own. */
  readonly pod?: Pod;
  /** Whether a number that was verified is 'already approved' from then on. */
  readonly remembersNumbers?: boolean;
}

/** An account at the simulated Kaleyra. It lives on one pod, and each of its active keys works there. */
export interface KaleyraAccount {
  readonly sid: string;
  readonly apiKeys: readonly string[];
  readonly pod: Pod;
  /** Whether a number that was verified is 'already approved' from then on, as at the real Kaleyra. */
  readonly remembersNumbers?: boolean;
}

/** A tenant whose key can be rotated. */
export interface RotatingTenant {
  readonly tenantId: string;
  /** The key in its secret at the start. */
  readonly apiKey: string;
  /** The active keys of its account at the start. */
  readonly activeKeys: readonly string[];
}

/** The tenant whose Kaleyra account remembers verified numbers, as the real Kaleyra does. */
export const rememberingTenantId = 'remembers';

/** Tenants that select an outcome. A seed file cannot use their names. */
export const brokenTenants = {
  /** Its secret does not have the documented format. */
  misconfigured: 'misconfigured',
  /** Secrets Manager throttles every read of its secret. */
  unavailable: 'unavailable',
  /** Its attempts cannot be counted, if attempts are counted. */
  uncountable: 'uncountable',
} as const;

const createSeedTenant = (tenantId: string, remembersNumbers = false): SeedTenant => ({
  tenantId,
  sid: `FAKESID${tenantId.toUpperCase()}`,
  apiKey: `fake-api-key-of-${tenantId}`,
  nextApiKey: `next-fake-api-key-of-${tenantId}`,
  remembersNumbers,
});

export const seedTenants: readonly SeedTenant[] = [
  createSeedTenant('acme'),
  createSeedTenant('globex'),
  createSeedTenant(rememberingTenantId, true),
];

/** Everything that has an account at the simulated Kaleyra from the start. */
export const withAccounts = (tenants: readonly SeedTenant[]): readonly SeedTenant[] => [
  ...tenants,
  createSeedTenant(brokenTenants.uncountable),
];

/** The seed tenants and other ones. One with the same name replaces a seed tenant. */
export const addToSeed = (tenants: readonly SeedTenant[]): readonly SeedTenant[] => [
  ...new Map([...seedTenants, ...tenants].map((tenant) => [tenant.tenantId, tenant])).values(),
];

/** The tenant's account at the simulated Kaleyra. */
export const toAccount = (
  { sid, apiKey, nextApiKey, pod, remembersNumbers = false }: SeedTenant,
  defaultPod: Pod,
): KaleyraAccount => ({
  sid,
  apiKeys: nextApiKey === undefined ? [apiKey] : [apiKey, nextApiKey],
  pod: pod ?? defaultPod,
  remembersNumbers,
});

/** The tenant's keys, as far as a rotation changes them. */
export const toRotatingTenant = ({ tenantId, apiKey, nextApiKey }: SeedTenant): RotatingTenant => ({
  tenantId,
  apiKey,
  activeKeys: nextApiKey === undefined ? [apiKey] : [apiKey, nextApiKey],
});

/** The initial secrets: values by name. */
export const toSecrets = (tenants: readonly SeedTenant[], prefix: string): Record<string, string> => ({
  ...Object.fromEntries(
    tenants.map((tenant) => [getSecretName(prefix, tenant.tenantId), formatSecret(tenant)]),
  ),
  [getSecretName(prefix, brokenTenants.misconfigured)]: JSON.stringify({
    note: 'a secret without sid and apiKey',
  }),
  [getSecretName(prefix, brokenTenants.unavailable)]: JSON.stringify({
    note: 'every read of this secret is throttled',
  }),
});

/** Whether a seed file may use the name. */
export const isReservedTenantId = (tenantId: string): boolean =>
  tenantId === releaseCheckTenantId || Object.values<string>(brokenTenants).includes(tenantId);
