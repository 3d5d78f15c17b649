import type { Contestant } from './contestants.ts';
import { describeMachine } from './machine.ts';
import { measureColdStart } from './measure-cold-start.ts';
import { measureStampede } from './measure-stampede.ts';
import { measureWarm } from './measure-warm.ts';
import type { Plan, Results } from './results.ts';
import type { Upstream } from './upstream.ts';

/** Takes every measurement of the plan, one stage after the other. */
export const measure = async (
  contestants: readonly Contestant[],
  upstream: Upstream,
  plan: Plan,
): Promise<Results> => {
  const machine = describeMachine();
  const { starts, requests, requestsAtRealLatency, requestsOfGrowth, inFlight, tenants, stampede } = plan;
  const once = { inFlight: 1, tenants: [1] };
  const keepers = contestants.filter(({ name }) => name !== 'tutorial');

  await upstream.setLatencies({ secretsManagerMs: 0, kaleyraMs: 0 });
  const coldAtZero = await measureColdStart('Cold starts', contestants, upstream, starts);
  const warmAtZero = await measureWarm('Warm, one at a time', contestants, upstream, {
    ...once,
    requests,
    warmUp: requests / 10,
    batch: 100,
  });
  const warmInFlight = await measureWarm(`Warm, ${inFlight} in flight`, contestants, upstream, {
    ...once,
    requests,
    warmUp: requests / 10,
    batch: 500,
    inFlight,
  });
  const growth = await measureWarm('Growth', keepers, upstream, {
    requests: requestsOfGrowth,
    warmUp: requestsOfGrowth / 4,
    batch: 100,
    inFlight: 1,
    tenants,
  });
  await upstream.setLatencies(plan.realLatencies);
  const coldAtReal = await measureColdStart('Cold starts, real latencies', contestants, upstream, starts);
  const warmAtReal = await measureWarm('Warm, real latencies', contestants, upstream, {
    ...once,
    requests: requestsAtRealLatency,
    warmUp: 5,
    batch: 10,
  });
  return {
    machine,
    plan,
    bundleBytes: Object.fromEntries(
      contestants.map(({ name, bundleBytes }) => [name, bundleBytes]),
    ) as Results['bundleBytes'],
    coldStart: { zero: coldAtZero, real: coldAtReal },
    warm: { zero: warmAtZero, real: warmAtReal },
    warmInFlight,
    growth,
    stampede: await measureStampede('Stampede', contestants, upstream, stampede),
  };
};
