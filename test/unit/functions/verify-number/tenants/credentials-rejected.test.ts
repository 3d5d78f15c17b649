import { describe, expect, it } from '@jest/globals';
import {
  createCredentials,
  createSecret,
  getCode,
  second,
  setUpCredentials,
  ttlMs,
} from '../../../../support/credentials-store.ts';

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

  it('returns nothing if the secret has not changed', async () => {
    const { store, reads } = setUpCredentials();
    await store.read('acme');
    expect(await store.replace('acme', first)).toBeUndefined();
    expect(reads).toHaveLength(2);
  });

  it('forces at most one read in 30 seconds', async () => {
    const { store, secrets, clock, reads } = setUpCredentials();
    await store.read('acme');
    await store.replace('acme', first);
    secrets.set('acme', createSecret('fake-key-2'));
    clock.pass(30 * second);
    for (let count = 0; count < 10; count += 1) {
      expect(await store.replace('acme', first)).toBeUndefined();
      expect(await store.read('acme')).toEqual(first);
    }
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
