import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';
import { type Failure, toFailure } from '../core/failures.ts';
import type { CredentialsStore, TenantCredentials } from '../core/verify-number.ts';
import type { ReadSecret } from './read-secret.ts';
import { parseSecret } from './secret.ts';

/** Enough for every tenant of a large platform; a cached pair takes about half a kilobyte. */
export const maxTenants = 10_000;

/** How long credentials may still be used while Secrets Manager cannot be read, counted from when they were read. */
const maxAgeMs = 60 * 60 * 1000;
/** How long a tenant without a secret is remembered, so that guessing names costs no reads. */
const unknownForMs = 30_000;
/** How long after a forced read no other is made for the same tenant. */
const coolDownMs = 30_000;
/** How long cached credentials are used without asking again, after Secrets Manager failed to refresh them. */
const refreshPauseMs = 10_000;

interface CachedCredentials {
  readonly credentials: TenantCredentials;
  /** Until when they are used without being read again. */
  readonly freshUntil: number;
}

/**
 * Tenants' credentials, cached: one read for any number of concurrent callers, used for `ttlMs`, and for up to an
 * hour while Secrets Manager fails. Failures are not kept, but for a short memory of unknown tenants, which is a cache
 * of its own so that made-up names cannot push out real tenants.
 */
export const createTenantCredentials = (
  readSecret: ReadSecret,
  ttlMs: number,
  clock: Clock = Date,
): CredentialsStore => {
  const bounds = {
    // A number of entries, each of size one: `max` would make room for all of them at every cold start.
    maxSize: maxTenants,
    sizeCalculation: () => 1,
    perf: clock,
    // Without a resolution, or the library would go by the time it saw last, which may be that before a freeze.
    ttlResolution: 0,
  };
  const cache = new LRUCache<string, CachedCredentials>({ ...bounds, ttl: maxAgeMs, ttlAutopurge: true });
  const unknown = new LRUCache<string, Failure>({ ...bounds, ttl: unknownForMs });
  const coolingDown = new LRUCache<string, true>({ ...bounds, ttl: coolDownMs });
  // Not in the cache, as the library's own fetch() would have it: there each made-up name would take a tenant's place.
  const reading = new Map<string, Promise<TenantCredentials>>();

  const load = async (tenantId: string, isLatest: () => boolean): Promise<TenantCredentials> => {
    try {
      const credentials = parseSecret(await readSecret(tenantId));
      if (isLatest()) cache.set(tenantId, { credentials, freshUntil: clock.now() + ttlMs });
      return credentials;
    } catch (thrown) {
      const failure = toFailure(thrown);
      const known = failure.code === 'CredentialsUnavailable' && cache.get(tenantId);
      if (known) {
        const paused = { ...known, freshUntil: clock.now() + refreshPauseMs };
        if (isLatest()) cache.set(tenantId, paused, { noUpdateTTL: true });
        return known.credentials;
      }
      if (isLatest()) {
        cache.delete(tenantId);
        if (failure.code === 'TenantUnknown') unknown.set(tenantId, failure);
      }
      throw failure;
    }
  };

  /** What was begun before still answers those who wait for it, but is not cached: it may know less. */
  const beginRead = (tenantId: string): Promise<TenantCredentials> => {
    const isLatest = () => reading.get(tenantId) === begun;
    const begun: Promise<TenantCredentials> = load(tenantId, isLatest).finally(() => {
      if (isLatest()) reading.delete(tenantId);
    });
    reading.set(tenantId, begun);
    return begun;
  };

  const read = async (tenantId: string): Promise<TenantCredentials> => {
    const refused = unknown.get(tenantId);
    if (refused) throw refused;
    const cached = cache.get(tenantId);
    if (cached && clock.now() < cached.freshUntil) return cached.credentials;
    return reading.get(tenantId) ?? beginRead(tenantId);
  };

  const forceRead = (tenantId: string): Promise<TenantCredentials> => {
    coolingDown.set(tenantId, true);
    cache.delete(tenantId);
    return beginRead(tenantId);
  };

  return {
    read,
    replace: async (tenantId, rejected) => {
      // Somebody else may have read the new ones by now.
      const cached = cache.get(tenantId)?.credentials;
      if (cached && !isSame(cached, rejected)) return cached;
      // While it cools down this is what is cached, unless another caller's forced read is still under way.
      const latest = await (coolingDown.has(tenantId) ? read(tenantId) : forceRead(tenantId));
      return isSame(latest, rejected) ? undefined : latest;
    },
  };
};

const isSame = (a: TenantCredentials, b: TenantCredentials): boolean =>
  a.sid === b.sid && a.apiKey === b.apiKey;
