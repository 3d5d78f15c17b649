import { tenantMemorySizes } from './conditions.ts';
import type { Contestant, ContestantName } from './contestants.ts';
import { getEnding, type Surroundings, startContestant } from './start-contestant.ts';

/** One request of each tenant in one environment with this memory. */
export interface TenantsPeak {
  readonly name: ContestantName;
  readonly memoryMb: number;
  /** The highest resident memory. NaN if the process ended before the last request. */
  readonly peakRssBytes: number;
  readonly failure?: string;
}

/** Measures the memory that many cached tenants need. The CPU share would only make it take longer: it is not limited. */
export const measureTenants = async (
  contestants: readonly Contestant[],
  surroundings: Surroundings,
  tenants: number,
): Promise<readonly TenantsPeak[]> => {
  const peaks: TenantsPeak[] = [];
  for (const memoryMb of tenantMemorySizes) {
    for (const contestant of contestants) {
      let peakRssBytes = Number.NaN;
      let failure: string | undefined;
      try {
        await using running = await startContestant(contestant, surroundings, memoryMb, false);
        for (let tenant = 0; tenant < tenants; tenant += 1) await running.verify(`tenant-${tenant}`);
        peakRssBytes = await running.getPeakRss();
      } catch (error) {
        failure = getEnding(error);
      }
      peaks.push({ name: contestant.name, memoryMb, peakRssBytes, ...(failure ? { failure } : {}) });
    }
  }
  return peaks;
};
