import type { Context } from 'aws-lambda';
import { compose } from '../../functions/verify-number/compose.ts';
import type { Config } from '../../functions/verify-number/config.ts';
import { releaseCheckTenantId } from '../../functions/verify-number/core/contract.ts';
import type { Exchange } from '../../functions/verify-number/kaleyra/transport.ts';
import { formatSecret } from '../../functions/verify-number/tenants/secret.ts';
import { type Environment, type Fleet, simulateFleet } from './fleet.ts';
import { createRandom, createSampler, zipfShares } from './random.ts';

/** Reads of secrets in the same small fleet: as simulated, and as counted with real handlers. */
export interface Calibration {
  readonly requests: number;
  readonly environments: number;
  readonly simulatedReads: number;
  readonly countedReads: number;
}

const tenants = 500;
const ttlMs = 300_000;

/** Environments end within the run, so that caches are lost as well as expired. */
const fleet: Omit<Fleet, 'durations'> = {
  requestsPerSecond: 20,
  sampleTenant: createSampler(zipfShares(tenants, 0.99)),
  ttlMs,
  lifetimes: { idleMs: 60_000, totalMs: 600_000 },
  settlingMs: 0,
  measuredMs: 1_800_000,
};

/**
 * Serves the requests of a simulated fleet with one real handler and its cache per environment, each with its own clock.
 * The handlers decide themselves when to read; the simulation decides only which environment serves which request.
 */
export const calibrate = async (durations: Fleet['durations'], seed: number): Promise<Calibration> => {
  const trace: { readonly environment: Environment; readonly tenant: number; readonly atMs: number }[] = [];
  const { requests, reads } = simulateFleet(
    { ...fleet, durations },
    createRandom(seed),
    (environment, tenant, atMs) => {
      trace.push({ environment, tenant, atMs });
    },
  );
  const handlers = new Map<Environment, RealEnvironment>();
  let countedReads = 0;
  const countRead = () => {
    countedReads += 1;
  };
  for (const { environment, tenant, atMs } of trace) {
    let handler = handlers.get(environment);
    if (!handler) {
      handler = createEnvironment(durations.readMs, countRead);
      handlers.set(environment, handler);
      await handler.warmUp(atMs);
    }
    await handler.verify(tenant, atMs);
  }
  return { requests, environments: handlers.size, simulatedReads: reads, countedReads };
};

type RealEnvironment = ReturnType<typeof createEnvironment>;

const config: Config = {
  secretPrefix: 'kaleyra/',
  secretTtlMs: ttlMs,
  pod: 'IN',
  kaleyraTimeoutMs: 10_000,
};

const createEnvironment = (readMs: number, countRead: () => void) => {
  let now = 0;
  const readSecret = async (tenantId: string): Promise<string> => {
    countRead();
    now += readMs;
    if (tenantId === releaseCheckTenantId) return '{}';
    return formatSecret({ sid: 'SIDofSample', apiKey: 'not-a-real-key' });
  };
  const outcomes: string[] = [];
  const handler = compose(config, {
    readSecret,
    exchange: confirm,
    emit: ({ outcome }) => outcomes.push(outcome),
    clock: { now: () => now },
  });
  const verify = async (tenantId: string, atMs: number): Promise<string | undefined> => {
    now = atMs;
    const event = { tenant_id: tenantId, waba_id: '1', id: '1', phone_number: '+10000000', otp: '000000' };
    await handler(event, context).catch(() => {});
    return outcomes.pop();
  };
  return {
    warmUp: (atMs: number) => verify(releaseCheckTenantId, atMs),
    /** @throws Error unless the number is verified */
    verify: async (tenant: number, atMs: number): Promise<void> => {
      const outcome = await verify(`tenant-${tenant}`, atMs);
      if (outcome !== 'Verified') throw new Error(`The handler ended with ${outcome}.`);
    },
  };
};

const confirm: Exchange = async () => ({
  status: 200,
  body: Buffer.from('{"code":"WA200","message":"Request Processed Successfully","data":"1","error":{}}'),
  endsWithConnection: false,
});

const context = {
  awsRequestId: 'calibration',
  functionVersion: '1',
  getRemainingTimeInMillis: () => 30_000,
} as Context;
