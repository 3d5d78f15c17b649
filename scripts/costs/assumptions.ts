/** What the costs depend on besides the template. */
import type { RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';

export const tenants = 300;
export const regions = 2;
export const hoursPerMonth = 730;

/** Billed duration of one invocation, in seconds. Nearly all of it is the wait for Kaleyra. */
export const billedSeconds = 0.5;

/** At most one read of the secret, when no environment has the tenant in its cache. */
export const secretReadsPerVerification = 1;

/** A metric exists in the hours in which it has data. These outcomes have data in every hour. */
export const outcomesInEachHour: readonly RequestEvent['outcome'][] = [
  'Verified',
  'OtpRejected',
  'AlreadyVerified',
  'KaleyraUnavailable',
  'OutcomeUnknown',
  'RateLimited',
];

/** Before the call, an attempt of the number, one of the id and a request of the tenant; after it, both attempts again. */
export const tableWritesPerVerification = 5;

/** A message is sent, received and deleted. */
export const queueRequestsPerPassword = 3;
