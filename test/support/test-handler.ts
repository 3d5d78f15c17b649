import type { Context } from 'aws-lambda';
import { createHandler, type HandlerDependencies } from '../../functions/verify-number/handler.ts';
import type { RequestRecord } from '../../functions/verify-number/request-trace.ts';
import type { KaleyraAcceptance, TenantCredentials } from '../../functions/verify-number/verify-number.ts';
import { lambdaContext } from './events.ts';

export const sampleCredentials: TenantCredentials = { sid: 'FAKESIDACME', apiKey: 'fake-api-key-of-acme' };

export const sampleAcceptance: KaleyraAcceptance = {
  code: 'WA200',
  message: 'Request Processed Successfully',
  reference: '7654000000000',
};

/** The handler around ports of a test's own: those it does not give let every number through. */
export const createTestHandler = (given: Partial<HandlerDependencies> = {}) => {
  const records: RequestRecord[] = [];
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
    /** What the face answers, or rejects with. */
    invoke: (event: unknown, context: Context = lambdaContext()) => handler(event, context),
  };
};
