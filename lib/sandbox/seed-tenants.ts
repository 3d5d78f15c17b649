import { readFileSync } from 'node:fs';
import { fields } from '../../functions/verify-number/core/parse-command.ts';
import { isPod, type Pod, pods } from '../../functions/verify-number/kaleyra/pods.ts';
import { isApiKey, isSid } from '../../functions/verify-number/tenants/secret.ts';
import type { KaleyraAccount } from './kaleyra/simulator.ts';

/** A tenant that the sandbox begins with: its secret, and its account at the simulated Kaleyra. */
export interface SampleTenant {
  readonly tenantId: string;
  readonly sid: string;
  readonly apiKey: string;
  /** A second key of the account that works as well, so that a rotation can be tried. */
  readonly nextApiKey?: string;
  /** The pod that the account lives on; absent, the sandbox's own. */
  readonly pod?: Pod;
}

/** The tenants that are always there. Their credentials are plainly fake. */
export const sampleTenants: readonly SampleTenant[] = [
  {
    tenantId: 'acme',
    sid: 'FAKESIDACME',
    apiKey: 'fake-api-key-of-acme',
    nextApiKey: 'next-fake-api-key-of-acme',
  },
  {
    tenantId: 'globex',
    sid: 'FAKESIDGLOBEX',
    apiKey: 'fake-api-key-of-globex',
    nextApiKey: 'next-fake-api-key-of-globex',
  },
];

/** Tenants whose credentials cannot be had, for the rows of the catalogue that say so. */
export const brokenTenants = {
  /** Its secret is not in the documented form. */
  misconfigured: 'misconfigured',
  /** The sandbox's Secrets Manager throttles every read of its secret. */
  unavailable: 'unavailable',
} as const;

/** The value of a tenant's secret, as the function reads it. */
export const secretValueOf = ({ sid, apiKey }: SampleTenant): string => JSON.stringify({ sid, apiKey });

/** Tenants beside the samples; one of the same name takes a sample's place. */
export const withSamples = (tenants: readonly SampleTenant[]): readonly SampleTenant[] => [
  ...new Map([...sampleTenants, ...tenants].map((one) => [one.tenantId, one])).values(),
];

/** The tenant's account at the simulated Kaleyra. */
export const accountOf = ({ sid, apiKey, nextApiKey, pod }: SampleTenant, ownPod: Pod): KaleyraAccount => ({
  sid,
  apiKeys: nextApiKey === undefined ? [apiKey] : [apiKey, nextApiKey],
  pod: pod ?? ownPod,
});

/** What Secrets Manager holds from the start: values by name. */
export const secretsOf = (tenants: readonly SampleTenant[], prefix: string): Record<string, string> => ({
  ...Object.fromEntries(tenants.map((tenant) => [prefix + tenant.tenantId, secretValueOf(tenant)])),
  [prefix + brokenTenants.misconfigured]: JSON.stringify({ note: 'a secret without sid and apiKey' }),
  [prefix + brokenTenants.unavailable]: JSON.stringify({ note: 'every read of this is throttled' }),
});

/**
 * Reads tenants of one's own from a JSON file: an object with a field for each tenant, named by its id, in the form
 * of its secret: `{"initech": {"sid": "FAKESIDINITECH", "apiKey": "fake-api-key-of-initech"}}`, and a `pod` beside
 * them if the account is not on the sandbox's own.
 * @throws Error that names the file, the field and what is accepted; never a value, which may be a real key
 */
export const readSeed = (file: string): SampleTenant[] => {
  const refuse = (why: string): never => {
    throw new Error(`--seed ${file}: ${why}`);
  };
  const value = parseJson(readText(file, refuse), refuse);
  if (!isRecord(value)) return refuse('must be one JSON object with a field for each tenant.');
  return Object.entries(value).map(([tenantId, secret]) => {
    const where = `tenant ${JSON.stringify(tenantId)}`;
    if (!fields.tenant_id.pattern.test(tenantId)) {
      return refuse(`${where}: a tenant's name must be 1-64 of A-Z a-z 0-9 _ -.`);
    }
    if (!isRecord(secret)) return refuse(`${where} must be an object with sid and apiKey.`);
    const { sid, apiKey, pod } = secret;
    if (!isSid(sid)) {
      return refuse(`${where}: sid must be a string of letters and digits.`);
    }
    if (!isApiKey(apiKey)) {
      return refuse(`${where}: apiKey must be a string of printable ASCII without spaces.`);
    }
    if (pod === undefined) return { tenantId, sid, apiKey };
    if (!isPod(pod)) return refuse(`${where}: pod must be one of ${pods.join(', ')}.`);
    return { tenantId, sid, apiKey, pod };
  });
};

const readText = (file: string, refuse: (why: string) => never): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(`cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
};

const parseJson = (text: string, refuse: (why: string) => never): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('must be JSON.');
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
