import middy from '@middy/core';
import type { Verification } from '../core/contract.ts';
import { type Body, type PathFields, parseCommand, refuseTooLarge } from '../core/parse-command.ts';
import { verifyNumber } from '../core/verify-number.ts';
import type { HandlerDependencies } from '../handler.ts';
import { recordRequest, type TracedContext } from '../telemetry/record-request.ts';

/**
 * The direct entry point, for Step Functions and Lambda's Invoke: takes the fields in one flat object and returns the
 * plain verification. Throws the `Failure`, whose name Step Functions matches in `ErrorEquals`: with no `onError`
 * that answers, Middy throws on.
 */
export const createDirectEntryPoint = (dependencies: HandlerDependencies) =>
  middy(
    async (event: unknown, context: TracedContext): Promise<Verification> => {
      refuseTooLarge(sizeOf(event));
      const body: Body = { value: event };
      const command = parseCommand((event ?? {}) as PathFields, body);
      context.trace.command = command;
      return verifyNumber(dependencies, command, () => context.getRemainingTimeInMillis(), context.trace);
    },
    { timeoutEarlyInMillis: 0 },
  ).use(recordRequest('direct', dependencies.pod, dependencies.record));

const sizeOf = (event: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(event));
  } catch {
    // Nested too deeply to be written again, which takes more than a request's bytes.
    return Number.POSITIVE_INFINITY;
  }
};
