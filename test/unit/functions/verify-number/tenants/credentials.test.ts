import { describe, expect, it } from '@jest/globals';
import { Failure, type FailureCode } from '../../../../../functions/verify-number/core/failures.ts';
import {
  createTenantCredentials,
  maxTenants,
} from '../../../../../functions/verify-number/tenants/credentials.ts';
import { createManualClock } from '../../../../support/manual-clock.ts';

const ttlMs = 300_000;
const second = 1000;
const minute = 60 * second;

const secretOf = (apiKey: string) => JSON.stringify({ sid: 'FAKESID', apiKey });
const credentialsOf = (apiKey: string) => ({ sid: 'FAKESID', apiKey });

/** The store over secrets that a test changes as it goes. */
const setUp = () => {
  const clock = createManualClock();
  const secrets = new Map<string, string>([['acme', secretOf('fake-key-1')]]);
  const reads: string[] = [];
  /** What every read ends in, if it is set. */
  let failing: FailureCode | undefined;
  /** Reads that have begun wait for this. */
  let gate: Promise<void> = Promise.resolve();
  const store = createTenantCredentials(
    async (tenantId) => {
      reads.push(tenantId);
      const found = secrets.get(tenantId);
      await gate;
      if (failing) throw new Failure(failing, 'd');
      if (found === undefined) throw new Failure('TenantUnknown', 'There is no secret for this tenant.');
      return found;
    },
    ttlMs,
    clock,
  );
  return {
    store,
    clock,
    secrets,
    reads,
    fail: (code: FailureCode | undefined) => {
      failing = code;
    },
    /** Holds all reads until the function that it returns is called. */
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
};

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (failure: unknown) => (failure as Failure).code,
  );

describe('reading credentials', () => {
  it('gives what the secret says, and nothing else of it', async () => {
    const { store, secrets } = setUp();
    secrets.set('acme', '{"sid":"A1","apiKey":"fake-key","pod":"EU","host":"api.example.com"}');
    expect(await store.read('acme')).toEqual({ sid: 'A1', apiKey: 'fake-key' });
  });

  it('takes one read for any number of concurrent callers', async () => {
    const { store, reads, hold } = setUp();
    const release = hold();
    const all = Promise.all(Array.from({ length: 1000 }, () => store.read('acme')));
    release();
    expect(new Set(await all).size).toBe(1);
    expect(reads).toEqual(['acme']);
  });

  it('fails them all alike, and the next caller reads again', async () => {
    const { store, reads, fail, hold } = setUp();
    const release = hold();
    fail('CredentialsUnavailable');
    const all = Array.from({ length: 100 }, () => codeOf(store.read('acme')));
    release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['CredentialsUnavailable']));
    expect(reads).toHaveLength(1);
    fail(undefined);
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-1'));
  });

  it('gives each tenant its own', async () => {
    const { store, secrets, reads } = setUp();
    const tenants = Array.from({ length: 200 }, (_, index) => `tenant-${index}`);
    for (const tenant of tenants) secrets.set(tenant, secretOf(`fake-key-of-${tenant}`));
    for (let round = 0; round < 2; round += 1) {
      const all = await Promise.all(tenants.map((tenant) => store.read(tenant)));
      expect(all).toEqual(tenants.map((tenant) => credentialsOf(`fake-key-of-${tenant}`)));
    }
    expect(reads).toEqual(tenants);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'knows tenant %s as any other',
    async (tenant) => {
      const { store, secrets } = setUp();
      expect(await codeOf(store.read(tenant))).toBe('TenantUnknown');
      const again = setUp();
      again.secrets.set(tenant, secretOf('fake-key'));
      expect(await again.store.read(tenant)).toEqual(credentialsOf('fake-key'));
      expect(secrets.has(tenant)).toBe(false);
    },
  );

  it('passes a defect on, and keeps nothing of it', async () => {
    let reads = 0;
    const store = createTenantCredentials(
      async () => {
        reads += 1;
        throw new TypeError('a defect');
      },
      ttlMs,
      createManualClock(),
    );
    const defect = { code: 'InternalError', cause: new TypeError('a defect') };
    await expect(store.read('acme')).rejects.toMatchObject(defect);
    await expect(store.read('acme')).rejects.toMatchObject(defect);
    expect(reads).toBe(2);
  });
});

describe('a secret', () => {
  const long = 'a'.repeat(2000);
  it.each([
    ['{"sid":"A","apiKey":"!"}'],
    ['{"sid":"0","apiKey":"~"}'],
    [`{"sid":"${long}","apiKey":"${long}"}`],
    ['{"sid":"A","apiKey":"\\"\\\\/:@#"}'],
  ])('%s is in the documented form', async (secret) => {
    const { store, secrets } = setUp();
    secrets.set('acme', secret);
    expect(await store.read('acme')).toEqual(JSON.parse(secret));
  });

  it.each([
    '',
    'fake-key',
    'null',
    '42',
    '"text"',
    '[]',
    '["A","fake-key"]',
    '{}',
    '{"sid":"A"}',
    '{"apiKey":"k"}',
    '{"sid":"","apiKey":"k"}',
    '{"sid":"A","apiKey":""}',
    '{"sid":1,"apiKey":"k"}',
    '{"sid":"A","apiKey":1}',
    '{"sid":["A"],"apiKey":"k"}',
    '{"sid":"A","apiKey":["k"]}',
    '{"sid":"A/../B","apiKey":"k"}',
    '{"sid":"..","apiKey":"k"}',
    '{"sid":"A?x=1","apiKey":"k"}',
    '{"sid":"A#","apiKey":"k"}',
    '{"sid":"A@elsewhere.invalid","apiKey":"k"}',
    '{"sid":"A B","apiKey":"k"}',
    '{"sid":"A\\r\\nHost: elsewhere.invalid","apiKey":"k"}',
    '{"sid":"A\\n","apiKey":"k"}',
    '{"sid":"é","apiKey":"k"}',
    '{"sid":"A-B","apiKey":"k"}',
    '{"sid":"A","apiKey":"k k"}',
    '{"sid":"A","apiKey":"k\\n"}',
    '{"sid":"A","apiKey":"k\\r\\nHost: elsewhere.invalid"}',
    '{"sid":"A","apiKey":"k\\u0000"}',
    '{"sid":"A","apiKey":"k\\u007f"}',
    '{"sid":"A","apiKey":"ké"}',
    '{"SID":"A","apiKey":"k"}',
    '{"sid":"A","api-key":"k"}',
    '{"__proto__":{"sid":"A","apiKey":"k"}}',
    '{"sid":"A","apiKey":"k"',
  ])('%s is not, and is not quoted', async (secret) => {
    const { store, secrets } = setUp();
    secrets.set('acme', secret);
    const failure = await store.read('acme').catch((thrown: unknown) => thrown as Failure);
    expect(failure).toMatchObject({
      code: 'CredentialsMisconfigured',
      message: 'The tenant\'s secret is not {"sid", "apiKey"} in the documented form.',
    });
    expect(failure).not.toHaveProperty('cause');
  });

  it('that was mended is read at once', async () => {
    const { store, secrets } = setUp();
    secrets.set('acme', '{}');
    expect(await codeOf(store.read('acme'))).toBe('CredentialsMisconfigured');
    secrets.set('acme', secretOf('fake-key-2'));
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-2'));
  });
});

describe('the cache', () => {
  it('serves for the TTL, then reads again, once', async () => {
    const { store, secrets, clock, reads } = setUp();
    await store.read('acme');
    secrets.set('acme', secretOf('fake-key-2'));
    clock.pass(ttlMs - 1);
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-1'));
    expect(reads).toHaveLength(1);
    clock.pass(1);
    const all = await Promise.all(Array.from({ length: 100 }, () => store.read('acme')));
    expect(new Set(all.map(({ apiKey }) => apiKey))).toEqual(new Set(['fake-key-2']));
    expect(reads).toHaveLength(2);
  });

  it('counts the TTL from each read', async () => {
    const { store, clock, reads } = setUp();
    for (let count = 1; count <= 20; count += 1) {
      await store.read('acme');
      expect(reads).toHaveLength(count);
      clock.pass(ttlMs);
    }
  });

  it('serves for an hour, no longer, while Secrets Manager fails, and asks it every ten seconds only', async () => {
    const { store, clock, reads, fail } = setUp();
    await store.read('acme');
    fail('CredentialsUnavailable');
    clock.pass(ttlMs);
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-1'));
    expect(reads).toHaveLength(2);
    clock.pass(10 * second - 1);
    await store.read('acme');
    expect(reads).toHaveLength(2);
    clock.pass(1);
    await store.read('acme');
    expect(reads).toHaveLength(3);

    clock.pass(60 * minute - ttlMs - 10 * second);
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-1'));
    clock.pass(1);
    expect(await codeOf(store.read('acme'))).toBe('CredentialsUnavailable');
  });

  it('does not let the pause between refreshes reach past the hour', async () => {
    const { store, clock, fail } = setUp();
    await store.read('acme');
    fail('CredentialsUnavailable');
    clock.pass(60 * minute - 1);
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-1'));
    clock.pass(2);
    expect(await codeOf(store.read('acme'))).toBe('CredentialsUnavailable');
  });

  it('takes the new ones as soon as a refresh succeeds', async () => {
    const { store, secrets, clock, fail } = setUp();
    await store.read('acme');
    fail('CredentialsUnavailable');
    clock.pass(ttlMs);
    await store.read('acme');
    fail(undefined);
    secrets.set('acme', secretOf('fake-key-2'));
    clock.pass(10 * second);
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-2'));
    clock.pass(59 * minute);
    fail('CredentialsUnavailable');
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-2'));
  });

  it.each(['CredentialsMisconfigured', 'TenantUnknown'] as const)(
    'drops what a refresh says is no longer so: %s',
    async (code) => {
      const { store, clock, fail } = setUp();
      await store.read('acme');
      clock.pass(ttlMs);
      fail(code);
      expect(await codeOf(store.read('acme'))).toBe(code);
      fail('CredentialsUnavailable');
      clock.pass(31 * second);
      expect(await codeOf(store.read('acme'))).toBe('CredentialsUnavailable');
    },
  );

  it('holds no more tenants than it may, and drops the one that was used least recently', async () => {
    const { store, secrets, reads } = setUp();
    const tenants = Array.from({ length: maxTenants }, (_, index) => `t${index}`);
    for (const tenant of tenants) secrets.set(tenant, secretOf(tenant));
    for (const tenant of tenants) await store.read(tenant);
    await store.read('t0');
    expect(reads).toHaveLength(maxTenants);
    await store.read('acme');
    await store.read('t0');
    expect(reads).toHaveLength(maxTenants + 1);
    await store.read('t1');
    expect(reads).toHaveLength(maxTenants + 2);
  });

  it('drops no tenant for names that are made up', async () => {
    const { store, secrets, reads, hold } = setUp();
    const tenants = Array.from({ length: maxTenants }, (_, index) => `t${index}`);
    for (const tenant of tenants) secrets.set(tenant, secretOf(tenant));
    for (const tenant of tenants) await store.read(tenant);
    const release = hold();
    const guesses = Array.from({ length: 500 }, (_, index) => codeOf(store.read(`guess-${index}`)));
    release();
    expect(new Set(await Promise.all(guesses))).toEqual(new Set(['TenantUnknown']));
    reads.length = 0;
    for (const tenant of tenants) await store.read(tenant);
    expect(reads).toEqual([]);
  });
});

describe('an unknown tenant', () => {
  it('is remembered for half a minute', async () => {
    const { store, secrets, clock, reads } = setUp();
    expect(await codeOf(store.read('nobody'))).toBe('TenantUnknown');
    secrets.set('nobody', secretOf('fake-key-9'));
    clock.pass(30 * second);
    expect(await codeOf(store.read('nobody'))).toBe('TenantUnknown');
    expect(reads).toEqual(['nobody']);
    clock.pass(1);
    expect(await store.read('nobody')).toEqual(credentialsOf('fake-key-9'));
  });

  it('is remembered without being remembered longer for being asked for', async () => {
    const { store, clock, reads } = setUp();
    for (let passed = 0; passed <= 60; passed += 1) {
      expect(await codeOf(store.read('nobody'))).toBe('TenantUnknown');
      clock.pass(second);
    }
    expect(reads).toHaveLength(2);
  });

  it('costs one read for any number of concurrent guesses', async () => {
    const { store, reads, hold } = setUp();
    const release = hold();
    const all = Array.from({ length: 100 }, () => codeOf(store.read('nobody')));
    release();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['TenantUnknown']));
    expect(reads).toHaveLength(1);
  });

  it('is forgotten once more of them have been asked for than may be remembered', async () => {
    const { store, reads } = setUp();
    for (let index = 0; index <= maxTenants; index += 1) await codeOf(store.read(`guess-${index}`));
    reads.length = 0;
    await codeOf(store.read(`guess-${maxTenants}`));
    expect(reads).toEqual([]);
    await codeOf(store.read('guess-0'));
    expect(reads).toEqual(['guess-0']);
  });
});

describe('replacing rejected credentials', () => {
  const first = credentialsOf('fake-key-1');

  it('reads them afresh, and gives the new ones to everybody', async () => {
    const { store, secrets, reads } = setUp();
    await store.read('acme');
    secrets.set('acme', secretOf('fake-key-2'));
    expect(await store.replace('acme', first)).toEqual(credentialsOf('fake-key-2'));
    expect(await store.read('acme')).toEqual(credentialsOf('fake-key-2'));
    expect(reads).toHaveLength(2);
  });

  it('takes a new SID with the same key for new', async () => {
    const { store, secrets } = setUp();
    await store.read('acme');
    secrets.set('acme', '{"sid":"OTHERSID","apiKey":"fake-key-1"}');
    expect(await store.replace('acme', first)).toEqual({ sid: 'OTHERSID', apiKey: 'fake-key-1' });
  });

  it('has nothing to give where the secret is still the same', async () => {
    const { store, reads } = setUp();
    await store.read('acme');
    expect(await store.replace('acme', first)).toBeUndefined();
    expect(reads).toHaveLength(2);
  });

  it('reads no second time within half a minute, whatever is asked', async () => {
    const { store, secrets, clock, reads } = setUp();
    await store.read('acme');
    await store.replace('acme', first);
    secrets.set('acme', secretOf('fake-key-2'));
    clock.pass(30 * second);
    for (let count = 0; count < 10; count += 1) {
      expect(await store.replace('acme', first)).toBeUndefined();
      expect(await store.read('acme')).toEqual(first);
    }
    expect(reads).toHaveLength(2);
    clock.pass(1);
    expect(await store.replace('acme', first)).toEqual(credentialsOf('fake-key-2'));
    expect(reads).toHaveLength(3);
  });

  it("lets a tenant's cool-down be that tenant's own", async () => {
    const { store, secrets, reads } = setUp();
    secrets.set('globex', secretOf('fake-key-1'));
    await Promise.all([store.read('acme'), store.read('globex')]);
    await store.replace('acme', first);
    await store.replace('globex', first);
    expect(reads).toEqual(['acme', 'globex', 'acme', 'globex']);
  });

  it('gives what others have read meanwhile, without a read', async () => {
    const { store, secrets, reads } = setUp();
    secrets.set('acme', secretOf('fake-key-2'));
    await store.read('acme');
    expect(await store.replace('acme', first)).toEqual(credentialsOf('fake-key-2'));
    expect(reads).toHaveLength(1);
  });

  it('gives the new ones to all that ask at once, for one read', async () => {
    const { store, secrets, reads, hold } = setUp();
    await store.read('acme');
    secrets.set('acme', secretOf('fake-key-2'));
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
    'says what came of the read: %s; the rejected ones are dropped',
    async (code) => {
      const { store, fail, reads, clock } = setUp();
      await store.read('acme');
      fail(code);
      expect(await codeOf(store.replace('acme', first))).toBe(code);
      expect(await codeOf(store.read('acme'))).toBe(code);
      fail(undefined);
      clock.pass(31 * second);
      expect(await store.read('acme')).toEqual(first);
      expect(reads.length).toBeLessThanOrEqual(4);
    },
  );

  it('reads once and no more, though the time of what is cached is over meanwhile', async () => {
    const { store, clock, reads } = setUp();
    await store.read('acme');
    clock.pass(ttlMs);
    expect(await store.replace('acme', first)).toBeUndefined();
    expect(reads).toHaveLength(2);
  });

  it.each(['CredentialsUnavailable', 'TenantUnknown', undefined] as const)(
    'goes by its own read, whatever comes of one that had begun before: %s',
    async (olderEndsIn) => {
      const { store, secrets, clock, fail, hold, reads } = setUp();
      await store.read('acme');
      clock.pass(ttlMs);
      const releaseOlder = hold();
      const older = store.read('acme');
      secrets.set('acme', secretOf('fake-key-2'));
      hold()();
      expect(await store.replace('acme', first)).toEqual(credentialsOf('fake-key-2'));
      fail(olderEndsIn);
      releaseOlder();
      await codeOf(older);
      fail(undefined);
      clock.pass(ttlMs - 1);
      expect(await store.read('acme')).toEqual(credentialsOf('fake-key-2'));
      expect(reads).toHaveLength(3);
    },
  );

  it('shares its own read with all that come while it lasts, though an older one ends meanwhile', async () => {
    const { store, clock, hold, reads } = setUp();
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

  it('drops nobody that waits for a read which had begun', async () => {
    const { store, clock, hold } = setUp();
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
