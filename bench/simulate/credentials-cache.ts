import { maxTenants } from '../../functions/verify-number/tenants/credentials.ts';

/** A model of one environment's cache: which tenants' credentials are fresh. */
export class CredentialsCache {
  readonly #freshUntil = new Map<number, number>();
  readonly #ttlMs: number;
  #cleanAt = 1024;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /**
   * Whether a request at `now` has to read the tenant's secret. Then the credentials are fresh after the read.
   * @throws Error if more credentials are fresh than the function's cache holds; the model has no evictions
   */
  lookUp(tenant: number, now: number, readMs: number): boolean {
    const freshUntil = this.#freshUntil.get(tenant);
    if (freshUntil !== undefined && now < freshUntil) return false;
    this.#freshUntil.set(tenant, Math.round(now + readMs) + this.#ttlMs);
    if (this.#freshUntil.size > this.#cleanAt) this.#clean(now);
    return true;
  }

  #clean(now: number): void {
    for (const [tenant, freshUntil] of this.#freshUntil) {
      if (freshUntil <= now) this.#freshUntil.delete(tenant);
    }
    const { size } = this.#freshUntil;
    if (size > maxTenants) throw new Error(`${size} tenants are fresh; the cache holds ${maxTenants}.`);
    this.#cleanAt = Math.max(1024, Math.min(2 * size, maxTenants));
  }
}
