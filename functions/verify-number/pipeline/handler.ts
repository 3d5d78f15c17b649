/** The Lambda handler: Middy with the use case and its middlewares, for both entry points. */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { VerifyNumberCommand } from '../core/contract.ts';
import type { Report } from '../core/verify-number.ts';
import type { Pod } from '../kaleyra/pods.ts';
import type { EmitEvent } from '../telemetry/request-event.ts';
import { authorizeTenant } from './authorize-tenant.ts';
import { parseBody } from './parse-body.ts';
import { readCommand } from './read-command.ts';
import { respond } from './respond.ts';
import { writeEvent } from './write-event.ts';

export interface HandlerDependencies {
  /** The use case. Never throws: the report contains the failure. */
  readonly verify: (command: VerifyNumberCommand, getRemainingMs: () => number) => Promise<Report>;
  /** The JWT claim that lists the caller's tenants. Absent: the API has no JWT authorizer. */
  readonly tenantClaim?: string | undefined;
  readonly problemTypeBase?: string | undefined;
  readonly pod: Pod;
  readonly emit: EmitEvent;
}

/** Takes an HTTP API event or a direct input, and returns the response. A direct call that fails throws a `Failure`. */
export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** Creates the Lambda handler. */
export const createHandler = ({
  verify,
  tenantClaim,
  problemTypeBase,
  pod,
  emit,
}: HandlerDependencies): Handler =>
  middy(
    (command: unknown, context: Context) =>
      verify(command as VerifyNumberCommand, () => context.getRemainingTimeInMillis()),
    // Middy would otherwise end a request early, with a response of its own.
    { timeoutEarlyInMillis: 0 },
  )
    .use(writeEvent(emit, pod))
    .use(respond(problemTypeBase))
    .use(parseBody())
    .use(readCommand())
    .use(authorizeTenant(tenantClaim)) as Handler;
