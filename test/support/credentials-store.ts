/** A store of tenants' credentials whose secrets and clock the test controls. */
import { Failure, type FailureCode } from '../../functions/verify-number/core/failures.ts';
import { createSteps } from '../../functions/verify-number/core/steps.ts';
import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { createTenantCredentials } from '../../functions/verify-number/tenants/credentials.ts';
import { createManualClock } from './manual-clock.ts';

export const ttlMs = 300_000;
export const second = 1000;
export const minute = 60 * second;

export const createSecret = (apiKey: string) => JSON.stringify({ sid: 'FAKESID', apiKey });
export const createCredentials = (apiKey: string) => ({ sid: 'FAKESID', apiKey });

/** A store whose secrets the test changes. */
export const setUpCredentials = () => {
  const clock = createManualClock();
  const secrets = new Map<string, string>([['acme', createSecret('fake-key-1')]]);
  const reads: string[] = [];
  /** The failure of every read. */
  let failing: FailureCode | undefined;
  /** Every read waits for this. */
  let gate: Promise<void> = Promise.resolve();
  const tenantCredentials = createTenantCredentials(
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
  const steps = createSteps();
  const store = {
    read: (tenantId: string) => tenantCredentials.read(tenantId, steps),
    replace: (tenantId: string, rejected: TenantCredentials) =>
      tenantCredentials.replace(tenantId, rejected, steps),
  };
  return {
    store,
    /** Where each call found the credentials. */
    getSources: () => steps.list.map((step) => step.name === 'credentials' && step.source),
    clock,
    secrets,
    reads,
    fail: (code: FailureCode | undefined) => {
      failing = code;
    },
    /** Holds all reads until the returned function is called. */
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
};

export const getCode = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (failure: unknown) => (failure as Failure).code,
  );
