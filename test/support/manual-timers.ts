/** Deadlines that a test ends itself, so that no result depends on the speed of the machine. */
import { afterEach, beforeEach } from '@jest/globals';

const longestDelayMs = 2 ** 31 - 1;

/**
 * Replaces the global timers during each test of the file. Deadlines never fire by themselves. Other timers do, for
 * example the pauses between the SDK's retries.
 */
export const useManualTimers = (isDeadline = (ms: number): boolean => ms >= 300) => {
  const pending = new Map<unknown, { readonly ms: number; readonly run: () => void }>();
  const { setTimeout, clearTimeout } = globalThis;
  const startTimer = (run: () => void, ms = 0): NodeJS.Timeout => {
    if (!isDeadline(ms)) return setTimeout(run, ms);
    const timer = setTimeout(() => {}, longestDelayMs).unref();
    pending.set(timer, { ms, run });
    return timer;
  };
  const stopTimer = (timer: NodeJS.Timeout): void => {
    pending.delete(timer);
    clearTimeout(timer);
  };
  beforeEach(() => {
    pending.clear();
    Object.assign(globalThis, { setTimeout: startTimer, clearTimeout: stopTimer });
  });
  afterEach(() => {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  });
  return {
    /** The deadlines that were neither cleared nor ended, in milliseconds. */
    getPending: (): number[] => [...pending.values()].map(({ ms }) => ms),
    /** Ends all deadlines, or those of this many milliseconds. */
    expire: (onlyMs?: number): void => {
      for (const [timer, { ms, run }] of [...pending]) {
        if (onlyMs !== undefined && ms !== onlyMs) continue;
        stopTimer(timer as NodeJS.Timeout);
        run();
      }
    },
  };
};
