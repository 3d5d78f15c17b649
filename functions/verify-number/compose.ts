/** Assembles the function from its configuration and its ports, for Lambda, the sandbox and the tests. */
import type { Config } from './config.ts';
import type { Clock } from './core/clock.ts';
import type { StepObserver } from './core/steps.ts';
import { responseMarginMs } from './core/time-budget.ts';
import { type AttemptLimiter, verifyNumber } from './core/verify-number.ts';
import { createKaleyraClient } from './kaleyra/client.ts';
import type { Exchange } from './kaleyra/transport.ts';
import { createHandler, type Handler } from './pipeline/handler.ts';
import type { EmitEvent } from './telemetry/request-event.ts';
import { createTenantCredentials } from './tenants/credentials.ts';
import type { ReadSecret } from './tenants/read-secret.ts';

/** Everything outside the function. */
export interface Ports {
  readonly readSecret: ReadSecret;
  readonly exchange: Exchange;
  /** Absent: attempts are not counted. */
  readonly attempts?: AttemptLimiter | undefined;
  readonly emit: EmitEvent;
  /** @default Date */
  readonly clock?: Clock;
  /** Returns the observer of the request that starts. @default none, as in the deployed function */
  readonly observe?: () => StepObserver | undefined;
}

/** Creates the Lambda handler. */
export const compose = (
  config: Config,
  { readSecret, exchange, attempts, emit, clock, observe }: Ports,
): Handler => {
  const dependencies = {
    credentials: createTenantCredentials(readSecret, config.secretTtlMs, clock),
    kaleyra: createKaleyraClient(exchange),
    kaleyraTimeoutMs: config.kaleyraTimeoutMs,
    attempts,
    responseMarginMs,
  };
  return createHandler({
    verify: (command, getRemainingMs) => verifyNumber(dependencies, command, getRemainingMs, observe?.()),
    tenantClaim: config.tenantClaim,
    problemTypeBase: config.problemTypeBase,
    pod: config.pod,
    emit,
  });
};
