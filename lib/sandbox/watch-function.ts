import { watch } from 'node:fs';
import { registerHooks } from 'node:module';
import type { ComposeFunction } from './compose-function.ts';

const functions = new URL('../../functions/', import.meta.url);
const composition = new URL('./compose-function.ts', import.meta.url);

/** How long the source must have been left alone before it is loaded: editors write more than once. In milliseconds. */
const quietMs = 100;

/**
 * Loads the function afresh whenever its source changes. Secrets, ports and the simulated Kaleyra stay as they are;
 * what the function itself had cached is gone, as after a deployment.
 * @param use takes the new function
 * @param report told how each reload went; after a failed one the function stays as it was
 */
export const watchFunction = (
  use: (compose: ComposeFunction) => void,
  report: (failure?: unknown) => void,
): void => {
  let version = 0;
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const resolved = nextResolve(specifier, context);
      const isSource = resolved.url.startsWith(functions.href) || resolved.url === composition.href;
      return isSource ? { ...resolved, url: `${resolved.url}?version=${version}` } : resolved;
    },
  });

  const reload = async (): Promise<void> => {
    version += 1;
    try {
      const { composeFunction } = (await import(composition.href)) as { composeFunction: ComposeFunction };
      use(composeFunction);
      report();
    } catch (failure) {
      report(failure);
    }
  };

  let timer: NodeJS.Timeout | undefined;
  watch(functions, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(reload, quietMs);
  });
};
