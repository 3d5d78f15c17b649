import { CredentialsCache } from './credentials-cache.ts';
import { nextInterval, type Random } from './random.ts';

/** Durations of one environment's work, in milliseconds. */
export interface Durations {
  readonly initMs: number;
  /** A request of a warm environment whose credentials are cached. */
  readonly requestMs: number;
  /** What the first request of an environment takes in addition. */
  readonly firstRequestMs: number;
  /** What reading a secret takes in addition. */
  readonly readMs: number;
}

/** How long Lambda keeps environments, in milliseconds. */
export interface Lifetimes {
  /** An environment without requests ends after this time. */
  readonly idleMs: number;
  /** Every environment ends after this time. */
  readonly totalMs: number;
}

export interface Fleet {
  readonly requestsPerSecond: number;
  /** Draws the tenant of a request. */
  readonly sampleTenant: (random: Random) => number;
  readonly ttlMs: number;
  readonly durations: Durations;
  readonly lifetimes: Lifetimes;
  /** Time from the start of the empty fleet that is not part of the results. */
  readonly settlingMs: number;
  readonly measuredMs: number;
}

/** What a fleet does per second or per request in its steady state, and at its start. */
export interface FleetFigures {
  readonly requests: number;
  readonly reads: number;
  readonly coldStarts: number;
  /** Busy environments, mean and maximum. */
  readonly concurrency: number;
  readonly peakConcurrency: number;
  /** Billed time of all requests and inits. */
  readonly billedMs: number;
  /** The most reads in one second after the empty fleet starts at its full rate, as an all-at-once release does. */
  readonly peakReadsAtStart: number;
  /** Environments that start in the first 10 seconds. */
  readonly environmentsAtStart: number;
}

/** A request that an environment serves. */
type ObserveRequest = (environment: Environment, tenant: number, atMs: number) => void;

/** An execution environment of Lambda. It serves one request at a time and has its own cache. */
export interface Environment {
  readonly cache: CredentialsCache;
  readonly endsAt: number;
  idleSince: number;
}

/**
 * Simulates the environments of one function under constant load with random arrivals. Lambda's choice among idle
 * environments is not documented; here it is the one that was used last.
 * @param observe is called for each request, from the start of the empty fleet
 */
export const simulateFleet = (fleet: Fleet, random: Random, observe?: ObserveRequest): FleetFigures => {
  const { requestsPerSecond, sampleTenant, ttlMs, durations, lifetimes, settlingMs, measuredMs } = fleet;
  const idle = new IdleEnvironments(lifetimes.idleMs);
  const busy = new BusyEnvironments();
  const endMs = settlingMs + measuredMs;
  let [requests, reads, coldStarts, billedMs, busyMs, peakConcurrency] = [0, 0, 0, 0, 0, 0];
  let [peakReadsAtStart, environmentsAtStart, readsThisSecond, second] = [0, 0, 0, 0];

  const startEnvironment = (now: number): Environment => {
    // The environments of the start get random ages, so that they do not all end at the same time.
    const endsAt = now < settlingMs / 2 ? settlingMs + random() * lifetimes.totalMs : now + lifetimes.totalMs;
    return { cache: new CredentialsCache(ttlMs), endsAt, idleSince: now };
  };

  for (let now = 0; now < endMs; now += nextInterval(random, 1000 / requestsPerSecond)) {
    busy.release(now, (environment) => idle.add(environment));
    const tenant = sampleTenant(random);
    let environment = idle.take(now);
    let durationMs = durations.requestMs;
    let readsOfRequest = 0;
    const isCold = environment === undefined;
    if (environment === undefined) {
      environment = startEnvironment(now);
      durationMs += durations.initMs + durations.firstRequestMs;
      // The warm-up during init reads the reserved tenant's secret.
      readsOfRequest += 1;
    }
    if (environment.cache.lookUp(tenant, now, durations.readMs)) {
      durationMs += durations.readMs;
      readsOfRequest += 1;
    }
    observe?.(environment, tenant, now);
    busy.add(environment, now + durationMs);

    if (Math.floor(now / 1000) !== second) [second, readsThisSecond] = [Math.floor(now / 1000), 0];
    readsThisSecond += readsOfRequest;
    if (now < settlingMs) {
      peakReadsAtStart = Math.max(peakReadsAtStart, readsThisSecond);
      if (isCold && now < 10_000) environmentsAtStart += 1;
      continue;
    }
    requests += 1;
    reads += readsOfRequest;
    if (isCold) coldStarts += 1;
    billedMs += Math.ceil(durationMs);
    busyMs += durationMs;
    peakConcurrency = Math.max(peakConcurrency, busy.size);
  }
  return {
    requests,
    reads,
    coldStarts,
    concurrency: busyMs / measuredMs,
    peakConcurrency,
    billedMs,
    peakReadsAtStart,
    environmentsAtStart,
  };
};

/** Idle environments, the one that was used last on top. */
class IdleEnvironments {
  readonly #stack: Environment[] = [];
  /** Environments below this position have ended. */
  #bottom = 0;
  readonly #idleMs: number;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  add(environment: Environment): void {
    this.#stack.push(environment);
  }

  take(now: number): Environment | undefined {
    const oldest = now - this.#idleMs;
    while (this.#bottom < this.#stack.length && (this.#stack[this.#bottom]?.idleSince ?? 0) < oldest) {
      this.#bottom += 1;
    }
    if (this.#bottom > 1000) {
      this.#stack.splice(0, this.#bottom);
      this.#bottom = 0;
    }
    while (this.#stack.length > this.#bottom) {
      const environment = this.#stack.pop();
      if (environment && environment.endsAt > now) return environment;
    }
    this.#stack.length = 0;
    this.#bottom = 0;
    return undefined;
  }
}

/** Busy environments by the time when they become idle: a binary heap. */
class BusyEnvironments {
  readonly #heap: { readonly environment: Environment; readonly until: number }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(environment: Environment, until: number): void {
    const heap = this.#heap;
    const entry = { environment, until };
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent];
      if (!above || above.until <= until) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Releases the environments that are idle at `now`, in the order in which they became idle. */
  release(now: number, released: (environment: Environment) => void): void {
    for (let first = this.#heap[0]; first && first.until <= now; first = this.#heap[0]) {
      this.#removeFirst();
      first.environment.idleSince = first.until;
      released(first.environment);
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (right && left && right.until < left.until) child += 1;
      const smaller = heap[child];
      if (!smaller || smaller.until >= last.until) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
  }
}
