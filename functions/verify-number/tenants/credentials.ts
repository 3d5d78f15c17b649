/** Tenants' credentials, cached. */
import type { Clock } from '../core/clock.ts';
import { type Failure, type FailureCode, toFailure } from '../core/failures.ts';
import type { CredentialsStep, Steps } from '../core/steps.ts';
import type { CredentialsStore, TenantCredentials } from '../core/verify-number.ts';
import { createExpiringCache, type Expiring } from './expiring-cache.ts';
import type { ReadSecret } from './read-secret.ts';
import { rememberedMs } from './remembered-failures.ts';
import { parseSecret } from './secret.ts';

/** Enough for every tenant of a large platform. A cached pair takes about half a kilobyte. */
export const maxTenants = 10_000;

/** How long credentials can be used while Secrets Manager cannot be read, counted from when they were read. */
const maxAgeMs = 60 * 60 * 1000;
/** Minimum time between two forced reads for one tenant. */
const coolDownMs = 30_000;
/** How long cached credentials are used without another read after a refresh failed. */
const refreshPauseMs = 10_000;

/** Can be used until they expire while Secrets Manager cannot be read. */
interface CachedCredentials extends Expiring {
  readonly credentials: TenantCredentials;
  /** Until when they are used without another read. */
  readonly freshUntil: number;
}

interface CachedFailure extends Expiring {
  readonly failure: Failure;
}

/**
 * Creates the store. Concurrent callers share one read. Credentials are used for `ttlMs`, and for up to an hour while
 * Secrets Manager cannot be read. Failures have a cache of their own, so that invented tenants cannot evict real ones.
 */
export const createTenantCredentials = (
  readSecret: ReadSecret,
  ttlMs: number,
  clock: Clock = Date,
): CredentialsStore => {
  const cache = createExpiringCache<CachedCredentials>(maxTenants, clock);
  const failures = createExpiringCache<CachedFailure>(maxTenants, clock);
  const coolingDown = createExpiringCache<Expiring>(maxTenants, clock);
  const reading = new Map<string, Read>();

  const load = async (tenantId: string, read: Read): Promise<TenantCredentials> => {
    /** An earlier read still serves its callers, but its result is not cached, because it may be outdated. */
    const isLatest = () => reading.get(tenantId) === read;
    try {
      const credentials = parseSecret(await readSecret(tenantId));
      const now = clock.now();
      const cached = { credentials, freshUntil: now + ttlMs, expiresAt: now + maxAgeMs };
      if (isLatest()) cache.set(tenantId, cached);
      return credentials;
    } catch (thrown) {
      const failure = toFailure(thrown);
      const known = failure.code === 'CredentialsUnavailable' && cache.get(tenantId);
      if (known) {
        const paused = { ...known, freshUntil: clock.now() + refreshPauseMs };
        if (isLatest()) cache.set(tenantId, paused);
        return known.credentials;
      }
      if (isLatest()) {
        cache.delete(tenantId);
        const { code } = failure;
        if (isRemembered(code)) {
          failures.set(tenantId, { failure, expiresAt: clock.now() + rememberedMs[code] });
        }
      }
      throw failure;
    } finally {
      if (isLatest()) reading.delete(tenantId);
    }
  };

  const startRead = (tenantId: string): Promise<TenantCredentials> => {
    const read: Read = {};
    reading.set(tenantId, read);
    read.credentials = load(tenantId, read);
    return read.credentials;
  };

  const getFresh = (tenantId: string): TenantCredentials | undefined => {
    const cached = cache.get(tenantId);
    return cached && clock.now() < cached.freshUntil ? cached.credentials : undefined;
  };

  const read = (tenantId: string, steps: Steps): Promise<TenantCredentials> => {
    const failure = failures.get(tenantId)?.failure;
    const fresh = getFresh(tenantId);
    const joined = reading.get(tenantId)?.credentials;
    const source = failure || fresh ? 'cached' : joined ? 'joined' : 'read';
    return steps.run<CredentialsStep, TenantCredentials>({ name: 'credentials', source }, () => {
      if (failure) throw failure;
      return fresh ?? joined ?? startRead(tenantId);
    });
  };

  const forceRead = (tenantId: string, steps: Steps): Promise<TenantCredentials> => {
    coolingDown.set(tenantId, { expiresAt: clock.now() + coolDownMs });
    cache.delete(tenantId);
    return steps.run<CredentialsStep, TenantCredentials>({ name: 'credentials', source: 'read' }, () =>
      startRead(tenantId),
    );
  };

  return {
    read,
    replace: async (tenantId, rejected, steps) => {
      // Another request may have read new ones already.
      const cached = cache.get(tenantId)?.credentials;
      if (cached && !isSame(cached, rejected)) return cached;
      const mayForce = !coolingDown.get(tenantId) && !failures.get(tenantId);
      const latest = await (mayForce ? forceRead : read)(tenantId, steps);
      return isSame(latest, rejected) ? undefined : latest;
    },
  };
};

/** A read of a secret that is running. */
interface Read {
  credentials?: Promise<TenantCredentials>;
}

const isRemembered = (code: FailureCode): code is keyof typeof rememberedMs => code in rememberedMs;

const isSame = (a: TenantCredentials, b: TenantCredentials): boolean =>
  a.sid === b.sid && a.apiKey === b.apiKey;
