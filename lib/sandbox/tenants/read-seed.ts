/** Reads tenants from the file of `--seed`. */
import { readFileSync, statSync } from 'node:fs';
import { releaseCheckTenantId } from '../../../functions/verify-number/core/contract.ts';
import { fields } from '../../../functions/verify-number/core/parse-command.ts';
import { isPod, pods } from '../../../functions/verify-number/kaleyra/pods.ts';
import { isApiKey, isSid } from '../../../functions/verify-number/tenants/secret.ts';
import { brokenTenants, type SeedTenant } from './seed-tenants.ts';

const reservedIds: readonly string[] = [releaseCheckTenantId, ...Object.values(brokenTenants)];

/**
 * Reads a JSON object with one field per tenant, named by its id, in the format of its secret:
 * `{"initech": {"sid": "FAKESIDINITECH", "apiKey": "fake-api-key-of-initech"}}`. A `pod` in addition to these sets the
 * account's pod, and `"remembersNumbers": true` makes its Kaleyra remember verified numbers.
 * @throws Error that names the file and the field and says what is accepted, but contains no value, which may be a key
 */
export const readSeed = (file: string): SeedTenant[] => {
  const reject = (reason: string): never => {
    throw new Error(`--seed ${file}: ${reason}`);
  };
  const value = parseJson(readText(file, reject), reject);
  if (!isRecord(value)) return reject('The file must be a JSON object with one field per tenant.');
  return Object.entries(value).map(([tenantId, secret]) => {
    const rejectTenant = (reason: string): never => reject(`Tenant ${JSON.stringify(tenantId)}: ${reason}`);
    if (!fields.tenant_id.pattern.test(tenantId)) {
      return rejectTenant(`The name ${fields.tenant_id.accepts}.`);
    }
    if (reservedIds.includes(tenantId)) return rejectTenant('This name is reserved. Choose another one.');
    if (!isRecord(secret)) return rejectTenant('The value must be an object with sid and apiKey.');
    const { sid, apiKey, pod, remembersNumbers = false } = secret;
    if (!isSid(sid)) return rejectTenant('sid must be a string of letters and digits.');
    if (!isApiKey(apiKey)) return rejectTenant('apiKey must be a string of printable ASCII without spaces.');
    if (pod !== undefined && !isPod(pod)) return rejectTenant(`pod must be one of ${pods.join(', ')}.`);
    if (typeof remembersNumbers !== 'boolean') return rejectTenant('remembersNumbers must be true or false.');
    return { tenantId, sid, apiKey, remembersNumbers, ...(pod && { pod }) };
  });
};

const readText = (file: string, reject: (reason: string) => never): string => {
  try {
    // Reading a pipe or a terminal would wait for its end.
    if (statSync(file).isFile()) return readFileSync(file, 'utf8');
  } catch (error) {
    return reject(`The file cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return reject('This is not a regular file. Save the tenants in a file first.');
};

const parseJson = (text: string, reject: (reason: string) => never): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return reject('The file must be JSON.');
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
