import { type Contestant, type ContestantName, perContestant } from './contestants.ts';
import { type CpuShares, openCpuShares } from './cpu-share.ts';
import { describeMachine } from './machine.ts';
import { measureStampede } from './measure-stampede.ts';
import { measureStarts } from './measure-starts.ts';
import { measureWarm } from './measure-warm.ts';
import {
  type Conditions,
  latencies,
  memorySizes,
  type Plan,
  type Results,
  type Upstreams,
} from './results.ts';
import type { Upstream } from './upstream.ts';

/** Takes all measurements of the plan, one stage after another. */
export const measure = async (
  contestants: readonly Contestant[],
  upstream: Upstream,
  plan: Plan,
): Promise<Results> => {
  const machine = describeMachine();
  const opened = await openCpuShares().catch((error: Error) => error.message);
  const shares = typeof opened === 'string' ? undefined : opened;
  if (typeof opened === 'string') console.error(`Lambda's CPU shares are not measured: ${opened}`);

  const atImmediate = await measureLatency('immediate', contestants, upstream, plan, shares);
  const inFlight = await measureWarm(`Warm, ${plan.inFlight} at a time`, contestants, upstream, {
    requests: plan.requests,
    warmUp: plan.requests / 10,
    batch: 500,
    inFlight: plan.inFlight,
    conditions: [{ upstreams: 'immediate' }],
  });
  const stampede = await measureStampede('Stampede', contestants, upstream, plan.stampede);
  const atTypical = await measureLatency('typical', contestants, upstream, plan, shares);
  return {
    machine,
    plan,
    ...(typeof opened === 'string' ? { sharesSkipped: opened } : {}),
    bundleBytes: perContestant((name) => contestants.find((each) => each.name === name)?.bundleBytes ?? 0),
    starts: [...atImmediate.starts, ...atTypical.starts],
    warm: [...atImmediate.warm, ...inFlight, ...atTypical.warm],
    stampede,
  };
};

/** Starts and warm requests with one latency of the upstreams, on all cores and with every CPU share. */
const measureLatency = async (
  upstreams: Upstreams,
  contestants: readonly Contestant[],
  upstream: Upstream,
  plan: Plan,
  shares: CpuShares | undefined,
): Promise<Pick<Results, 'starts' | 'warm'>> => {
  await upstream.setLatencies(latencies[upstreams]);
  const allCores: Conditions[] = [{ upstreams }];
  const withShares = shares ? memorySizes.map((memoryMb): Conditions => ({ upstreams, memoryMb })) : [];
  const stage = (name: string) => `${name}, ${upstreams} upstreams`;
  const starts = [
    ...(await measureStarts(stage('Starts on all cores'), contestants, upstream, plan.starts, allCores)),
    ...(await measureStarts(
      stage('Starts with CPU shares'),
      contestants,
      upstream,
      plan.startsWithShare,
      withShares,
      shares,
    )),
  ];
  if (upstreams === 'typical') {
    const requests = plan.requestsAtTypicalLatency;
    const typical = { requests, warmUp: 10, batch: requests, concurrently: true };
    const conditions = [...allCores, ...withShares];
    return {
      starts,
      warm: await measureWarm(stage('Warm'), contestants, upstream, { ...typical, conditions }, shares),
    };
  }
  const { requests, requestsWithShare } = plan;
  const full = {
    requests,
    warmUp: requests / 10,
    batch: 100,
    conditions: allCores,
    // The tutorial peer caches nothing.
    tenants: (name: ContestantName) => (name === 'tutorial' ? [1] : [1, plan.tenants]),
  };
  const shared = {
    requests: requestsWithShare,
    warmUp: requestsWithShare / 4,
    batch: 50,
    conditions: withShares,
  };
  return {
    starts,
    warm: [
      ...(await measureWarm(stage('Warm on all cores'), contestants, upstream, full)),
      ...(await measureWarm(stage('Warm with CPU shares'), contestants, upstream, shared, shares)),
    ],
  };
};
