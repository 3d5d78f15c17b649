import type { Context } from 'aws-lambda';
import type { KaleyraSuccess, TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import { createHandler, type HandlerDependencies } from '../../functions/verify-number/handler.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { lambdaContext } from './events.ts';

export const sampleCredentials: TenantCredentials = { sid: 'FAKESIDACME', apiKey: 'fake-api-key-of-acme' };

export const sampleAcceptance: KaleyraSuccess = {
  code: 'WA200',
  message: 'Request Processed Successfully',
  reference: '7654000000000',
};

/** The handler around ports of a test's own: those it does not give let every number through. */
export const createTestHandler = (given: Partial<HandlerDependencies> = {}) => {
  const records: RequestEvent[] = [];
  const handler = createHandler({
    credentials: { read: async () => sampleCredentials, replace: async () => undefined },
    kaleyra: { verify: async () => sampleAcceptance },
    kaleyraTimeoutMs: 10_000,
    pod: 'IN',
    record: (record) => records.push(record),
    ...given,
  });
  return {
    /** What is written of each request that has ended. */
    records,
    /** What the entry point answers, or rejects with. */
    invoke: (event: unknown, context: Context = lambdaContext()) => handler(event, context),
  };
};
