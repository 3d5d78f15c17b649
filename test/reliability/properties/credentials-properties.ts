/** A property of the cache of tenants' credentials. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../functions/verify-number/core/failures.ts';
import { createSteps } from '../../../functions/verify-number/core/steps.ts';
import { createTenantCredentials } from '../../../functions/verify-number/tenants/credentials.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const ttlMs = 300_000;
const hourMs = 3_600_000;
const coolDownMs = 30_000;

const tenant = fc.constantFrom('acme', 'globex', 'nobody');

/** One event: time passes, Secrets Manager changes, or parallel requests arrive. */
const step = fc.oneof(
  fc.record({ do: fc.constant('pass' as const), ms: fc.oneof(fc.nat(60_000), fc.nat(2 * hourMs)) }),
  fc.record({ do: fc.constant('rotate' as const), tenant }),
  fc.record({ do: fc.constant('remove' as const), tenant }),
  fc.record({ do: fc.constant('fail' as const), failing: fc.boolean() }),
  fc.record({ do: fc.constant('read' as const), tenants: fc.array(tenant, { minLength: 1, maxLength: 5 }) }),
  fc.record({ do: fc.constant('reject' as const), tenant, callers: fc.integer({ min: 1, max: 5 }) }),
);

/**
 * For any sequence of events: no tenant gets another tenant's credentials, or any that were read more than an hour ago;
 * parallel requests cause one read; rejected credentials cause at most one read in each cool-down; and a failure that is
 * remembered causes none.
 */
export const anySequenceOfEvents = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
  const clock = createManualClock();
  const keys = new Map([
    ['acme', 0],
    ['globex', 0],
  ]);
  const readAt = new Map<string, number>();
  const readCounts = new Map<string, number>();
  const rememberedUntil = new Map<string, number>();
  let failing = false;
  let reads = 0;
  const store = createTenantCredentials(
    async (tenantId) => {
      reads += 1;
      readCounts.set(tenantId, (readCounts.get(tenantId) ?? 0) + 1);
      await null;
      if (failing) throw new Failure('CredentialsUnavailable', 'd');
      const key = keys.get(tenantId);
      if (key === undefined) throw new Failure('TenantUnknown', 'd');
      readAt.set(`${tenantId}-${key}`, clock.now());
      return JSON.stringify({ sid: 'A', apiKey: `${tenantId}-${key}` });
    },
    ttlMs,
    clock,
  );
  const tryRead = async (tenantId: string) => {
    const before = readCounts.get(tenantId);
    const isRemembered = clock.now() <= (rememberedUntil.get(tenantId) ?? 0);
    try {
      return await store.read(tenantId, createSteps());
    } catch (failure) {
      assert.ok(failure instanceof Failure);
      const rememberedMs = failure.code === 'CredentialsUnavailable' ? 2000 : 30_000;
      if (readCounts.get(tenantId) !== before) rememberedUntil.set(tenantId, clock.now() + rememberedMs);
      return undefined;
    } finally {
      if (isRemembered)
        assert.equal(readCounts.get(tenantId), before, 'a read while a failure is remembered');
    }
  };
  const assertOwn = (tenantId: string, apiKey: string) => {
    assert.match(apiKey, new RegExp(`^${tenantId}-\\d+$`));
    assert.ok(
      clock.now() - (readAt.get(apiKey) ?? 0) <= hourMs,
      'credentials that were read more than an hour ago',
    );
  };
  const forcedAt = new Map<string, number>();

  for (const one of steps) {
    if (one.do === 'pass') clock.pass(one.ms);
    else if (one.do === 'rotate') keys.set(one.tenant, (keys.get(one.tenant) ?? 0) + 1);
    else if (one.do === 'remove') keys.delete(one.tenant);
    else if (one.do === 'fail') failing = one.failing;
    else if (one.do === 'read') {
      const before = reads;
      const all = await Promise.all(one.tenants.map(tryRead));
      for (const [index, credentials] of all.entries()) {
        if (credentials) assertOwn(String(one.tenants[index]), credentials.apiKey);
      }
      assert.ok(reads - before <= new Set(one.tenants).size, 'more reads than tenants');
    } else {
      const rejected = await tryRead(one.tenant);
      if (!rejected) continue;
      const before = reads;
      const all = await Promise.allSettled(
        Array.from({ length: one.callers }, () => store.replace(one.tenant, rejected, createSteps())),
      );
      const coolingDown = clock.now() - (forcedAt.get(one.tenant) ?? 0) <= coolDownMs;
      assert.ok(reads - before <= (coolingDown ? 0 : 1), 'a read in the cool-down');
      if (reads > before) forcedAt.set(one.tenant, clock.now());
      for (const result of all) {
        if (result.status === 'rejected') assert.ok(result.reason instanceof Failure);
        else if (result.value) {
          assertOwn(one.tenant, result.value.apiKey);
          assert.notEqual(result.value.apiKey, rejected.apiKey);
        }
      }
    }
  }
});
