import { latencies, type Plan, type Upstreams } from './conditions.ts';
import type { Contestant, ContestantName } from './contestants.ts';
import { openLimits } from './lambda-limits.ts';
import { describeMachine, type Machine } from './machine.ts';
import { measureStarts, type Start } from './measure-starts.ts';
import { measureTenants, type TenantsPeak } from './measure-tenants.ts';
import { measureWarm, type Warm } from './measure-warm.ts';
import { startUpstream } from './upstream.ts';

/** Everything that one run measured. */
export interface Results {
  readonly machine: Machine;
  readonly plan: Plan;
  /** Why this machine does not enforce the memory limit and the CPU share of a memory size. */
  readonly withoutLimits?: string;
  readonly bundleBytes: Readonly<Record<ContestantName, number>>;
  readonly starts: readonly Start[];
  readonly warm: readonly Warm[];
  readonly tenants: readonly TenantsPeak[];
}

/** Takes all measurements of the plan, one after another. */
export const measure = async (contestants: readonly Contestant[], plan: Plan): Promise<Results> => {
  const machine = describeMachine();
  const opened = await openLimits().catch((error: Error) => error.message);
  const withoutLimits = typeof opened === 'string' ? opened : undefined;
  if (withoutLimits) console.error(`Memory and CPU time are not limited: ${withoutLimits}`);
  const limits = typeof opened === 'string' ? undefined : opened;

  const starts: Start[] = [];
  const warm: Warm[] = [];
  const tenants: TenantsPeak[] = [];
  for (const upstreams of Object.keys(latencies) as Upstreams[]) {
    await using upstream = await startUpstream(latencies[upstreams]);
    const surroundings = { upstream, limits };
    const announce = (stage: string) =>
      console.error(`${new Date().toISOString().slice(11, 19)} ${stage}, upstreams: ${upstreams}`);
    announce('Starts');
    starts.push(...(await measureStarts(contestants, surroundings, upstreams, plan.starts)));
    announce('Warm requests');
    const requests = upstreams === 'immediate' ? plan.requests : plan.requestsAtTypicalLatency;
    warm.push(...(await measureWarm(contestants, surroundings, upstreams, requests)));
    if (upstreams !== 'immediate') continue;
    announce('Many tenants');
    tenants.push(...(await measureTenants(contestants, surroundings, plan.tenants)));
  }
  const bundleBytes = Object.fromEntries(contestants.map((each) => [each.name, each.bundleBytes]));
  return {
    machine,
    plan,
    ...(withoutLimits ? { withoutLimits } : {}),
    bundleBytes: bundleBytes as Results['bundleBytes'],
    starts,
    warm,
    tenants,
  };
};
