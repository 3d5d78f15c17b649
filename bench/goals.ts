import { wholeCoreMb } from './conditions.ts';
import { createLookup } from './figures.ts';
import type { Results } from './measure.ts';
import { getCostPerMillion } from './recommend-memory.ts';

/** A limit that the project has set for one figure of this function, and what prevents it if it is missed. */
type Goal = readonly [title: string, measured: number, limit: number, obstacle: string];

const obstacles = {
  first: 'The first request runs code that is not compiled yet, with the CPU share of the memory size.',
  init: 'Init loads the SDK and Middy, reads a secret and opens two connections; the floor does neither.',
  bundle: "Most of it is the SDK's client.",
  p50: 'The floor does not check, redact, time out, or watch idle connections.',
  p99: 'Requests without a pause leave no idle time for garbage collection.',
  tenants: 'The heap grows until its limit forces a collection.',
  price: "Most of the billed time is Kaleyra's.",
};

export const listGoals = (results: Results): readonly Goal[] => {
  const { getStart, getWarm, getPeak } = createLookup(results);
  const compareFirst = (memoryMb: number): number =>
    getStart('this', '40 ms', memoryMb).firstMs / getWarm('this', '40 ms', memoryMb).p50Ms;
  const getFirst = (memoryMb: number): number => getStart('this', '0 ms', memoryMb).firstMs;
  const getTotal = (name: 'this' | 'floor' | 'peer'): number => getStart(name, 'immediate', 512).totalMs;
  const own = getWarm('this', 'immediate', wholeCoreMb);
  const floor = getWarm('floor', 'immediate', wholeCoreMb);
  const filled = getPeak('this', 256).peakRssBytes / (256 * 2 ** 20);
  const price = getCostPerMillion(256, getWarm('this', '0 ms', 256).p50Ms);
  return [
    ['First request, 512 MB, 40 ms, of warm p50', compareFirst(512), 1.2, obstacles.first],
    ['First request, 256 MB, 40 ms, of warm p50', compareFirst(256), 1.35, obstacles.first],
    ["First request, 256 MB, 0 ms, of a core's", getFirst(256) / getFirst(wholeCoreMb), 1.2, obstacles.first],
    ["Init + first, 512 MB, of the floor's", getTotal('this') / getTotal('floor'), 1, obstacles.init],
    ["Init + first, 512 MB, of the peer's", getTotal('this') / getTotal('peer'), 0.43, obstacles.init],
    ['Bundle without counting, kB', results.bundleBytes.this / 1000, 200, obstacles.bundle],
    ["Warm p50, a core, of the floor's", own.p50Ms / floor.p50Ms, 1.45, obstacles.p50],
    ["Warm p99, a core, of the floor's", own.p99Ms / floor.p99Ms, 1.1, obstacles.p99],
    [`Peak RSS with ${results.plan.tenants} tenants, of 256 MB`, filled, 0.6, obstacles.tenants],
    ['Lambda, 256 MB, 0 ms, $ per million', price, 0.65, obstacles.price],
  ];
};
