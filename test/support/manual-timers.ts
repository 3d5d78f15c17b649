/**
 * Deadlines that a test ends itself, so that no result depends on the speed of the machine. Timers of at least
 * `shortestDeadlineMs` never fire by themselves. Shorter ones do, for example the pauses between the SDK's retries.
 */
import { afterEach, beforeEach } from '@jest/globals';

const shortestDeadlineMs = 300;
const longestDelayMs = 2 ** 31 - 1;

/** Replaces the global timers during each test of the file. */
export const useManualTimers = () => {
  const pending = new Map<unknown, { readonly ms: number; readonly run: () => void }>();
  const { setTimeout, clearTimeout } = globalThis;
  const startTimer = (run: () => void, ms = 0): NodeJS.Timeout => {
    if (ms < shortestDeadlineMs) return setTimeout(run, ms);
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
      for (const [timer, { ms, run }] of pending) {
        if (onlyMs !== undefined && ms !== onlyMs) continue;
        stopTimer(timer as NodeJS.Timeout);
        run();
      }
    },
  };
};
