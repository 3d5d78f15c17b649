import { describe, expect, it } from '@jest/globals';
import { maxTenants } from '../../../../../functions/verify-number/tenants/credentials.ts';
import {
  createCredentials,
  createSecret,
  getCode,
  minute,
  second,
  setUpCredentials,
  ttlMs,
} from '../../../../support/credentials-store.ts';

describe('createTenantCredentials, for its cache', () => {
  it('uses credentials for the TTL, and then reads them once', async () => {
    const { store, secrets, clock, reads } = setUpCredentials();
    await store.read('acme');
    secrets.set('acme', createSecret('fake-key-2'));
    clock.pass(ttlMs - 1);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-1'));
    expect(reads).toHaveLength(1);
    clock.pass(1);
    const all = await Promise.all(Array.from({ length: 100 }, () => store.read('acme')));
    expect(new Set(all.map(({ apiKey }) => apiKey))).toEqual(new Set(['fake-key-2']));
    expect(reads).toHaveLength(2);
  });

  it('starts the TTL with each read', async () => {
    const { store, clock, reads } = setUpCredentials();
    for (let count = 1; count <= 20; count += 1) {
      await store.read('acme');
      expect(reads).toHaveLength(count);
      clock.pass(ttlMs);
    }
  });

  it('uses credentials for an hour while Secrets Manager fails, and reads every ten seconds', async () => {
    const { store, clock, reads, fail } = setUpCredentials();
    await store.read('acme');
    fail('CredentialsUnavailable');
    clock.pass(ttlMs);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-1'));
    expect(reads).toHaveLength(2);
    clock.pass(10 * second - 1);
    await store.read('acme');
    expect(reads).toHaveLength(2);
    clock.pass(1);
    await store.read('acme');
    expect(reads).toHaveLength(3);

    clock.pass(60 * minute - ttlMs - 10 * second);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-1'));
    clock.pass(1);
    expect(await getCode(store.read('acme'))).toBe('CredentialsUnavailable');
  });

  it('ends the hour also during a pause between reads', async () => {
    const { store, clock, fail } = setUpCredentials();
    await store.read('acme');
    fail('CredentialsUnavailable');
    clock.pass(60 * minute - 1);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-1'));
    clock.pass(2);
    expect(await getCode(store.read('acme'))).toBe('CredentialsUnavailable');
  });

  it('uses new credentials as soon as a read succeeds', async () => {
    const { store, secrets, clock, fail } = setUpCredentials();
    await store.read('acme');
    fail('CredentialsUnavailable');
    clock.pass(ttlMs);
    await store.read('acme');
    fail(undefined);
    secrets.set('acme', createSecret('fake-key-2'));
    clock.pass(10 * second);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-2'));
    clock.pass(59 * minute);
    fail('CredentialsUnavailable');
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-2'));
  });

  it.each(['CredentialsMisconfigured', 'TenantUnknown'] as const)(
    'drops credentials if a later read ends with %s',
    async (code) => {
      const { store, clock, fail } = setUpCredentials();
      await store.read('acme');
      clock.pass(ttlMs);
      fail(code);
      expect(await getCode(store.read('acme'))).toBe(code);
      fail('CredentialsUnavailable');
      clock.pass(31 * second);
      expect(await getCode(store.read('acme'))).toBe('CredentialsUnavailable');
    },
  );

  it('keeps a limited number of tenants and drops the least recently used', async () => {
    const { store, secrets, reads } = setUpCredentials();
    const tenants = Array.from({ length: maxTenants }, (_, index) => `t${index}`);
    for (const tenant of tenants) secrets.set(tenant, createSecret(tenant));
    for (const tenant of tenants) await store.read(tenant);
    await store.read('t0');
    expect(reads).toHaveLength(maxTenants);
    await store.read('acme');
    await store.read('t0');
    expect(reads).toHaveLength(maxTenants + 1);
    await store.read('t1');
    expect(reads).toHaveLength(maxTenants + 2);
  });

  it('drops no tenant for invented tenant ids', async () => {
    const { store, secrets, reads, hold } = setUpCredentials();
    const tenants = Array.from({ length: maxTenants }, (_, index) => `t${index}`);
    for (const tenant of tenants) secrets.set(tenant, createSecret(tenant));
    for (const tenant of tenants) await store.read(tenant);
    const release = hold();
    const guesses = Array.from({ length: 500 }, (_, index) => getCode(store.read(`guess-${index}`)));
    release();
    expect(new Set(await Promise.all(guesses))).toEqual(new Set(['TenantUnknown']));
    reads.length = 0;
    for (const tenant of tenants) await store.read(tenant);
    expect(reads).toEqual([]);
  });
});
