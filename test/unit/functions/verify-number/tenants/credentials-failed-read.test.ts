import { describe, expect, it } from '@jest/globals';
import { maxTenants } from '../../../../../functions/verify-number/tenants/credentials.ts';
import {
  createCredentials,
  createSecret,
  getCode,
  second,
  setUpCredentials,
} from '../../../../support/credentials-store.ts';

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

  it.each(['{}', 'fake-key'])('remembers the format of the secret %s for 30 seconds', async (secret) => {
    const { store, secrets, clock, reads } = setUpCredentials();
    secrets.set('acme', secret);
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

  it('reads every two seconds during an outage without credentials', async () => {
    const { store, fail, clock, reads } = setUpCredentials();
    fail('CredentialsUnavailable');
    for (let passed = 0; passed < 60; passed += 1) {
      expect(await getCode(store.read('acme'))).toBe('CredentialsUnavailable');
      clock.pass(second);
    }
    expect(reads).toHaveLength(20);
  });

  it('does not extend the time when it is asked again', async () => {
    const { store, clock, reads } = setUpCredentials();
    for (let passed = 0; passed <= 60; passed += 1) {
      expect(await getCode(store.read('nobody'))).toBe('TenantUnknown');
      clock.pass(second);
    }
    expect(reads).toHaveLength(2);
  });

  it('reads once for concurrent requests of an unknown tenant', async () => {
    const { store, reads, hold } = setUpCredentials();
    const release = hold();
    const all = Array.from({ length: 100 }, () => getCode(store.read('nobody')));
    release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['TenantUnknown']));
    expect(reads).toHaveLength(1);
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
