/** The handler with a test's own ports. By default every number is verified. */
import type { Context } from 'aws-lambda';
import type { Verification } from '../../functions/verify-number/core/contract.ts';
import type {
  KaleyraSuccess,
  TenantCredentials,
  VerifyNumberDependencies,
} from '../../functions/verify-number/core/verify-number.ts';
import { verifyNumber } from '../../functions/verify-number/core/verify-number.ts';
import { createHandler, type HandlerDependencies } from '../../functions/verify-number/pipeline/handler.ts';
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import { lambdaContext } from './events.ts';

export const sampleCredentials: TenantCredentials = { sid: 'FAKESIDACME', apiKey: 'fake-api-key-of-acme' };

export const sampleSuccess: KaleyraSuccess = {
  code: 'WA200',
  httpStatus: 200,
  message: 'Request Processed Successfully',
  reference: '7654000000000',
};

/** The verification of the sample request. */
export const sampleVerification: Verification = {
  status: 'verified',
  tenant_id: 'acme',
  waba_id: '109012345678901',
  id: '678997654123456',
  phone_number: '+919765412345',
  reference: '7654000000000',
  message: 'Request Processed Successfully',
};

/** The use case's dependencies. */
export const createDependencies = (
  given: Partial<VerifyNumberDependencies> = {},
): VerifyNumberDependencies => ({
  credentials: { read: async () => sampleCredentials, replace: async () => undefined },
  kaleyra: { verify: async () => sampleSuccess },
  kaleyraTimeoutMs: 10_000,
  responseMarginMs: 500,
  ...given,
});

/** The handler, with some of its own or the use case's dependencies replaced. */
export const createTestHandler = (given: Partial<HandlerDependencies & VerifyNumberDependencies> = {}) => {
  const events: RequestEvent[] = [];
  const dependencies = createDependencies(given);
  const handler = createHandler({
    verify: (command, getRemainingMs) => verifyNumber(dependencies, command, getRemainingMs),
    pod: 'IN',
    emit: (event) => events.push(event),
    ...given,
  });
  return {
    /** The events of the requests that have ended. */
    events,
    /** Returns what the entry point returns, or rejects with what it throws. */
    invoke: (event: unknown, context: Context = lambdaContext()) => handler(event, context),
  };
};
