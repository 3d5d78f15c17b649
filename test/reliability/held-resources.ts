import { setTimeout as sleep } from 'node:timers/promises';

/** How many sockets and timers keep this process alive. */
export const heldResources = (): number =>
  process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout|Immediate/.test(name)).length;

/** What `count` comes to once what is about to end has ended: 0, or what it is after 15 seconds. */
export const atLast = async (count: () => number): Promise<number> => {
  for (let tries = 0; tries < 300 && count() > 0; tries += 1) await sleep(50, undefined, { ref: false });
  return count();
};
