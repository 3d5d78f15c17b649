/** The tenants that the sandbox starts with. All credentials are obviously fake. */
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
  /** Whether a number that was verified is 'already approved' from then on, as at the real Kaleyra. */
  readonly remembersNumbers?: boolean;
}

/** An account at the simulated Kaleyra. It lives on one pod, and each of its active keys works there. */
export interface KaleyraAccount extends Pick<SeedTenant, 'sid' | 'remembersNumbers'> {
  readonly apiKeys: readonly string[];
  readonly pod: Pod;
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

const createSeedTenant = (tenantId: string): SeedTenant => ({
  tenantId,
  sid: `FAKESID${tenantId.toUpperCase()}`,
  apiKey: `fake-api-key-of-${tenantId}`,
  nextApiKey: `next-fake-api-key-of-${tenantId}`,
  remembersNumbers: tenantId === rememberingTenantId,
});

export const seedTenants: readonly SeedTenant[] = ['acme', 'globex', rememberingTenantId].map(
  createSeedTenant,
);

/** The only broken tenant that has an account. */
export const uncountableTenant: SeedTenant = createSeedTenant(brokenTenants.uncountable);

/** The seed tenants and other ones. One with the same name replaces a seed tenant. */
export const addToSeed = (tenants: readonly SeedTenant[]): readonly SeedTenant[] => [
  ...new Map([...seedTenants, ...tenants].map((tenant) => [tenant.tenantId, tenant])).values(),
];

export const getActiveKeys = ({ apiKey, nextApiKey }: SeedTenant): string[] =>
  nextApiKey === undefined ? [apiKey] : [apiKey, nextApiKey];

/** The tenant's account at the simulated Kaleyra. */
export const toAccount = (tenant: SeedTenant, defaultPod: Pod): KaleyraAccount => {
  const { sid, pod = defaultPod, remembersNumbers = false } = tenant;
  return { sid, pod, remembersNumbers, apiKeys: getActiveKeys(tenant) };
};

/** The initial secrets: values by name. */
export const toSecrets = (tenants: readonly SeedTenant[], prefix: string): Record<string, string> =>
  Object.fromEntries([
    ...tenants.map((tenant) => [getSecretName(prefix, tenant.tenantId), formatSecret(tenant)]),
    [getSecretName(prefix, brokenTenants.misconfigured), '{"note":"a secret without sid and apiKey"}'],
    [getSecretName(prefix, brokenTenants.unavailable), '{"note":"every read of this secret is throttled"}'],
  ]);
