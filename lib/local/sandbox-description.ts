/** What the sandbox tells the tenant tool about itself. */
import type { Pod } from '../../functions/verify-number/kaleyra/pods.ts';

/** Where the sandbox's Secrets Manager describes the sandbox, so that the tenant tool finds the sandbox's Kaleyra. */
export const sandboxPath = '/sandbox';

/** The path under which the sandbox's Kaleyra plays one pod. The path of Kaleyra's endpoint follows it. */
export const getPodPath = (pod: Pod): string => `/pods/${pod}`;

export interface SandboxDescription {
  readonly is_sandbox: true;
  /** Absent, like `pod`, if the sandbox uses another Kaleyra than its own. */
  readonly kaleyra_port?: number | undefined;
  readonly pod?: string | undefined;
}
