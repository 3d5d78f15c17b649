import { describe, expect, it } from '@jest/globals';
import { createSteps } from '../../../../../functions/verify-number/core/steps.ts';
import { createTenantCredentials } from '../../../../../functions/verify-number/tenants/credentials.ts';
import {
  createCredentials,
  createSecret,
  getCode,
  second,
  setUpCredentials,
  ttlMs,
} from '../../../../support/credentials-store.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';

describe('createTenantCredentials', () => {
  it('returns the SID and the key of the secret and ignores its other fields', async () => {
    const { store, secrets } = setUpCredentials();
    secrets.set('acme', '{"sid":"A1","apiKey":"fake-key","pod":"EU","host":"api.example.com"}');
    expect(await store.read('acme')).toEqual({ sid: 'A1', apiKey: 'fake-key' });
  });

  it('reads the secret once for concurrent requests', async () => {
    const { store, reads, hold } = setUpCredentials();
    const release = hold();
    const all = Promise.all(Array.from({ length: 1000 }, () => store.read('acme')));
    release();
    expect(new Set(await all).size).toBe(1);
    expect(reads).toEqual(['acme']);
  });

  it('fails concurrent requests in the same way, and reads again after two seconds', async () => {
    const { store, reads, fail, hold, clock } = setUpCredentials();
    const release = hold();
    fail('CredentialsUnavailable');
    const all = Array.from({ length: 100 }, () => getCode(store.read('acme')));
    release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['CredentialsUnavailable']));
    expect(reads).toHaveLength(1);
    fail(undefined);
    clock.pass(2 * second + 1);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-1'));
  });

  it('returns the credentials of each tenant to that tenant', async () => {
    const { store, secrets, reads } = setUpCredentials();
    const tenants = Array.from({ length: 200 }, (_, index) => `tenant-${index}`);
    for (const tenant of tenants) secrets.set(tenant, createSecret(`fake-key-of-${tenant}`));
    for (let round = 0; round < 2; round += 1) {
      const all = await Promise.all(tenants.map((tenant) => store.read(tenant)));
      expect(all).toEqual(tenants.map((tenant) => createCredentials(`fake-key-of-${tenant}`)));
    }
    expect(reads).toEqual(tenants);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'treats %s like any other tenant id',
    async (tenant) => {
      const { store, secrets } = setUpCredentials();
      expect(await getCode(store.read(tenant))).toBe('TenantUnknown');
      const again = setUpCredentials();
      again.secrets.set(tenant, createSecret('fake-key'));
      expect(await again.store.read(tenant)).toEqual(createCredentials('fake-key'));
      expect(secrets.has(tenant)).toBe(false);
    },
  );

  it('does not remember a defect', async () => {
    let reads = 0;
    const store = createTenantCredentials(
      async () => {
        reads += 1;
        throw new TypeError('a defect');
      },
      ttlMs,
      createManualClock(),
    );
    for (let request = 0; request < 2; request += 1) {
      await expect(store.read('acme', createSteps())).rejects.toMatchObject({ code: 'InternalError' });
    }
    expect(reads).toBe(2);
  });
});
