import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';

/** An account at the simulated Kaleyra. It lives on one pod, and each of its active keys works there. */
export interface KaleyraAccount {
  readonly sid: string;
  readonly apiKeys: readonly string[];
  readonly pod: Pod;
  /** Whether a number that was verified is 'already approved' from then on, as at the real Kaleyra. */
  readonly remembersNumbers?: boolean;
}
