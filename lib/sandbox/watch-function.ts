/** Reloads the function of a sandbox when its source changes. */
import { watch } from 'node:fs';
import { registerHooks } from 'node:module';
import type { ComposeFunction } from './compose-function.ts';

const functions = new URL('../../functions/', import.meta.url);
const composition = new URL('./compose-function.ts', import.meta.url);

/** How long the source must be unchanged before it is loaded, in milliseconds. Editors write more than once. */
const quietMs = 100;

/**
 * Loads the function again whenever its source changes. Secrets, ports and the simulated Kaleyra stay as they are. What
 * the function itself has cached is gone, as after a deployment. Errors of the source do not stop the process: after a
 * failed reload the previous function stays in use.
 * @param report called with a line for people after each reload and each error
 */
export const watchFunction = (
  use: (compose: ComposeFunction) => void,
  report: (message: string) => void,
): void => {
  // A module can throw long after it was loaded, for example in a timer.
  process.on('uncaughtException', (error) => report(`Error outside a call: ${error}`));

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
      report('Function reloaded');
    } catch (error) {
      report(`Not reloaded: ${error}`);
    }
  };

  let timer: NodeJS.Timeout | undefined;
  watch(functions, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(reload, quietMs);
  });
};
