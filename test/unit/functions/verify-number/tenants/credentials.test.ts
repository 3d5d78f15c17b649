import { describe, expect, it } from '@jest/globals';
import { createSteps } from '../../../../../functions/verify-number/core/steps.ts';
import {
  createTenantCredentials,
  maxTenants,
} from '../../../../../functions/verify-number/tenants/credentials.ts';
import {
  createCredentials,
  createSecret,
  getCode,
  minute,
  second,
  setUpCredentials,
  ttlMs,
} from '../../../../support/credentials-store.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';

describe('createTenantCredentials', () => {
  it('reads the secret once for concurrent requests', async () => {
    const { store, reads, hold } = setUpCredentials();
    const release = hold();
    const all = Promise.all(Array.from({ length: 1000 }, () => store.read('acme')));
    release();
    expect(new Set(await all).size).toBe(1);
    expect(reads).toEqual(['acme']);
  });

  it('fails concurrent requests in the same way', async () => {
    const { store, reads, fail, hold } = setUpCredentials();
    const release = hold();
    fail('CredentialsUnavailable');
    const all = Array.from({ length: 100 }, () => getCode(store.read('acme')));
    release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['CredentialsUnavailable']));
    expect(reads).toHaveLength(1);
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

  it.each(['__proto__', 'constructor'])('treats %s like any other tenant id', async (tenant) => {
    expect(await getCode(setUpCredentials().store.read(tenant))).toBe('TenantUnknown');
    const { store, secrets } = setUpCredentials();
    secrets.set(tenant, createSecret('fake-key'));
    expect(await store.read(tenant)).toEqual(createCredentials('fake-key'));
  });

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

  it('uses credentials for an hour while Secrets Manager fails, and reads every ten seconds', async () => {
    const { store, secrets, clock, reads, fail } = setUpCredentials();
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

    fail(undefined);
    clock.pass(2 * second + 1);
    secrets.set('acme', createSecret('fake-key-2'));
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-2'));
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

  /** A store that has read as many tenants as it can keep. */
  const fillStore = async () => {
    const setUp = setUpCredentials();
    const tenants = Array.from({ length: maxTenants }, (_, index) => `t${index}`);
    for (const tenant of tenants) setUp.secrets.set(tenant, createSecret(tenant));
    for (const tenant of tenants) await setUp.store.read(tenant);
    return { ...setUp, tenants };
  };

  it('keeps a limited number of tenants and drops the least recently used', async () => {
    const { store, reads } = await fillStore();
    reads.length = 0;
    for (const tenant of ['t0', 'acme', 't0', 't1']) await store.read(tenant);
    expect(reads).toEqual(['acme', 't1']);
  });

  it('drops no tenant for invented tenant ids', async () => {
    const { store, tenants, reads, hold } = await fillStore();
    const release = hold();
    const guesses = Array.from({ length: 500 }, (_, index) => getCode(store.read(`guess-${index}`)));
    release();
    expect(new Set(await Promise.all(guesses))).toEqual(new Set(['TenantUnknown']));
    reads.length = 0;
    for (const tenant of tenants) await store.read(tenant);
    expect(reads).toEqual([]);
  });
});

describe('createTenantCredentials, for a failed read', () => {
  it.each([
    ['TenantUnknown', 30],
    ['CredentialsMisconfigured', 30],
    ['CredentialsUnavailable', 2],
  ] as const)('remembers %s for %i seconds', async (code, seconds) => {
    const { store, fail, clock, reads } = setUpCredentials();
    fail(code);
    expect(await getCode(store.read('acme'))).toBe(code);
    fail(undefined);
    clock.pass(seconds * second);
    expect(await getCode(store.read('acme'))).toBe(code);
    expect(reads).toEqual(['acme']);
    clock.pass(1);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-1'));
    expect(reads).toEqual(['acme', 'acme']);
  });

  it('remembers the format of a secret for 30 seconds', async () => {
    const { store, secrets, clock, reads } = setUpCredentials();
    secrets.set('acme', '{}');
    expect(await getCode(store.read('acme'))).toBe('CredentialsMisconfigured');
    secrets.set('acme', createSecret('fake-key-2'));
    clock.pass(30 * second);
    expect(await getCode(store.read('acme'))).toBe('CredentialsMisconfigured');
    clock.pass(1);
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-2'));
    expect(reads).toHaveLength(2);
  });

  it('remembers it for each tenant separately', async () => {
    const { store, fail, reads } = setUpCredentials();
    fail('CredentialsUnavailable');
    await getCode(store.read('acme'));
    fail(undefined);
    expect(await getCode(store.read('globex'))).toBe('TenantUnknown');
    expect(reads).toEqual(['acme', 'globex']);
  });

  it('does not extend the time when it is asked again', async () => {
    const { store, clock, reads } = setUpCredentials();
    for (let passed = 0; passed <= 60; passed += 1) {
      expect(await getCode(store.read('nobody'))).toBe('TenantUnknown');
      clock.pass(second);
    }
    expect(reads).toHaveLength(2);
  });

  it('remembers a limited number of unknown tenants', async () => {
    const { store, reads } = setUpCredentials();
    for (let index = 0; index <= maxTenants; index += 1) await getCode(store.read(`guess-${index}`));
    reads.length = 0;
    await getCode(store.read(`guess-${maxTenants}`));
    expect(reads).toEqual([]);
    await getCode(store.read('guess-0'));
    expect(reads).toEqual(['guess-0']);
  });
});

describe('createTenantCredentials, for rejected credentials', () => {
  const first = createCredentials('fake-key-1');

  it('reads the secret again and returns the new credentials to all requests', async () => {
    const { store, secrets, reads } = setUpCredentials();
    await store.read('acme');
    secrets.set('acme', createSecret('fake-key-2'));
    expect(await store.replace('acme', first)).toEqual(createCredentials('fake-key-2'));
    expect(await store.read('acme')).toEqual(createCredentials('fake-key-2'));
    expect(reads).toHaveLength(2);
  });

  it('accepts a new SID with the same key as a replacement', async () => {
    const { store, secrets } = setUpCredentials();
    await store.read('acme');
    secrets.set('acme', '{"sid":"OTHERSID","apiKey":"fake-key-1"}');
    expect(await store.replace('acme', first)).toEqual({ sid: 'OTHERSID', apiKey: 'fake-key-1' });
  });

  it('forces at most one read in 30 seconds', async () => {
    const { store, secrets, clock, reads } = setUpCredentials();
    await store.read('acme');
    expect(await store.replace('acme', first)).toBeUndefined();
    secrets.set('acme', createSecret('fake-key-2'));
    clock.pass(30 * second);
    expect(await store.replace('acme', first)).toBeUndefined();
    expect(await store.read('acme')).toEqual(first);
    expect(reads).toHaveLength(2);
    clock.pass(1);
    expect(await store.replace('acme', first)).toEqual(createCredentials('fake-key-2'));
    expect(reads).toHaveLength(3);
  });

  it('counts the 30 seconds for each tenant separately', async () => {
    const { store, secrets, reads } = setUpCredentials();
    secrets.set('globex', createSecret('fake-key-1'));
    await Promise.all([store.read('acme'), store.read('globex')]);
    await store.replace('acme', first);
    await store.replace('globex', first);
    expect(reads).toEqual(['acme', 'globex', 'acme', 'globex']);
  });

  it('returns what another request has read, without a read', async () => {
    const { store, secrets, reads } = setUpCredentials();
    secrets.set('acme', createSecret('fake-key-2'));
    await store.read('acme');
    expect(await store.replace('acme', first)).toEqual(createCredentials('fake-key-2'));
    expect(reads).toHaveLength(1);
  });

  it('reads once for concurrent requests with rejected credentials', async () => {
    const { store, secrets, reads, hold } = setUpCredentials();
    await store.read('acme');
    secrets.set('acme', createSecret('fake-key-2'));
    const release = hold();
    const all = Array.from({ length: 100 }, () => store.replace('acme', first));
    await new Promise((resolve) => setImmediate(resolve));
    const late = Array.from({ length: 100 }, () => store.replace('acme', first));
    release();
    const given = await Promise.all([...all, ...late]);
    expect(new Set(given.map((credentials) => credentials?.apiKey))).toEqual(new Set(['fake-key-2']));
    expect(reads).toHaveLength(2);
  });

  it.each(['CredentialsUnavailable', 'CredentialsMisconfigured', 'TenantUnknown'] as const)(
    'drops the rejected credentials if the read ends with %s',
    async (code) => {
      const { store, fail, reads, clock } = setUpCredentials();
      await store.read('acme');
      fail(code);
      expect(await getCode(store.replace('acme', first))).toBe(code);
      expect(await getCode(store.read('acme'))).toBe(code);
      fail(undefined);
      clock.pass(31 * second);
      expect(await store.read('acme')).toEqual(first);
      expect(reads.length).toBeLessThanOrEqual(4);
    },
  );

  it('does not force a read while a failure is remembered', async () => {
    const { store, fail, clock, reads } = setUpCredentials();
    await store.read('acme');
    clock.pass(ttlMs);
    fail('TenantUnknown');
    await getCode(store.read('acme'));
    expect(await getCode(store.replace('acme', first))).toBe('TenantUnknown');
    expect(reads).toHaveLength(2);
  });

  it('reads once if the TTL has ended too', async () => {
    const { store, clock, reads } = setUpCredentials();
    await store.read('acme');
    clock.pass(ttlMs);
    expect(await store.replace('acme', first)).toBeUndefined();
    expect(reads).toHaveLength(2);
  });

  it.each(['CredentialsUnavailable', 'TenantUnknown', undefined] as const)(
    'prefers its own read over an earlier one that ends with %s',
    async (outcome) => {
      const { store, secrets, clock, fail, hold, reads } = setUpCredentials();
      await store.read('acme');
      clock.pass(ttlMs);
      const releaseOlder = hold();
      const older = store.read('acme');
      secrets.set('acme', createSecret('fake-key-2'));
      hold()();
      expect(await store.replace('acme', first)).toEqual(createCredentials('fake-key-2'));
      fail(outcome);
      releaseOlder();
      await getCode(older);
      fail(undefined);
      clock.pass(ttlMs - 1);
      expect(await store.read('acme')).toEqual(createCredentials('fake-key-2'));
      expect(reads).toHaveLength(3);
    },
  );

  it('shares its read with later requests, also if an earlier read ends meanwhile', async () => {
    const { store, clock, hold, reads } = setUpCredentials();
    await store.read('acme');
    clock.pass(ttlMs);
    const releaseOlder = hold();
    const older = store.read('acme');
    const releaseForced = hold();
    const replaced = store.replace('acme', first);
    releaseOlder();
    await older;
    const joined = store.read('acme');
    releaseForced();
    await Promise.all([replaced, joined]);
    expect(reads).toHaveLength(3);
  });

  it('still serves requests that wait for an earlier read', async () => {
    const { store, clock, hold } = setUpCredentials();
    await store.read('acme');
    clock.pass(ttlMs);
    const release = hold();
    const waiting = store.read('acme');
    const replaced = store.replace('acme', first);
    release();
    expect(await waiting).toEqual(first);
    expect(await replaced).toBeUndefined();
  });
});
