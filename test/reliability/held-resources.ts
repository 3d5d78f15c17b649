/** Counts the sockets and timers that a process holds. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Returns how many sockets and timers keep this process alive. */
export const countHeldResources = (): number =>
  process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout|Immediate/.test(name)).length;

/** Waits until a count is 0, for at most 15 seconds, and returns it. */
export const waitForZero = async (count: () => number): Promise<number> => {
  for (let tries = 0; tries < 300 && count() > 0; tries += 1) await sleep(50, undefined, { ref: false });
  return count();
};
