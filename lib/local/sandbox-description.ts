/** Where the sandbox's Secrets Manager describes the sandbox, so that the tenant tool finds the sandbox's Kaleyra. */
export const sandboxPath = '/sandbox';

export interface SandboxDescription {
  readonly is_sandbox: true;
  /** Absent, like `pod`, if the sandbox uses another Kaleyra than its own. */
  readonly kaleyra_port?: number | undefined;
  readonly pod?: string | undefined;
}
