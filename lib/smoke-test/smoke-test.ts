import { helpText, parseSmokeOptions } from './smoke-options.ts';
import { sendSmokeRequest } from './smoke-request.ts';
import { judgeSmokeResult } from './smoke-verdict.ts';

/**
 * Calls a deployed API for the reserved tenant and writes a verdict.
 * @returns the exit status: 0 if the API works
 */
export const runSmokeTest = async (
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  write: (line: string) => void,
): Promise<0 | 1> => {
  try {
    const options = parseSmokeOptions(args);
    if (options === 'help') {
      write(helpText);
      return 0;
    }
    const { passed, text } = judgeSmokeResult(
      await sendSmokeRequest(options, environment['API_TOKEN'] || undefined),
    );
    write(`${passed ? 'PASS' : 'FAIL'}  ${options.url.origin}  ${text}`);
    return passed ? 0 : 1;
  } catch (error) {
    write(`FAIL  ${(error as Error).message}`);
    return 1;
  }
};
