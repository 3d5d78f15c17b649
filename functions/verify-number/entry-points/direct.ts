/** The direct entry point, for Lambda's Invoke and Step Functions: all fields in one flat object. */
import { Failure } from '../core/failures.ts';
import { type PathFields, parseCommand, rejectTooLarge } from '../core/parse-command.ts';
import { type EntryPoint, toFailedRequest, type Verify } from './entry-point.ts';

export interface DirectDependencies {
  readonly verify: Verify;
}

/** Creates the direct entry point. It throws a `Failure`, whose name Step Functions matches in `ErrorEquals`. */
export const createDirectEntryPoint = ({ verify }: DirectDependencies): EntryPoint<unknown> => ({
  handle: async (event, context) => {
    try {
      rejectTooLarge(measureBytes(event));
      const command = parseCommand((event ?? {}) as PathFields, { value: event });
      return {
        number: command.number,
        report: await verify(command, () => context.getRemainingTimeInMillis()),
      };
    } catch (thrown) {
      return toFailedRequest(thrown);
    }
  },
  respond: (result) => {
    if (result instanceof Failure) throw result;
    return result;
  },
});

const measureBytes = (event: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(event));
  } catch {
    // Nested too deeply to serialize, which takes more bytes than a request may have.
    return Number.POSITIVE_INFINITY;
  }
};
