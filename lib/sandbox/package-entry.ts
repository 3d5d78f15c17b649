/** The package's entry point `kaleyra-number-verification/sandbox`, for test suites. */
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import { startSandbox as start } from './start-sandbox.ts';

export type { Controls } from './controls/controls.ts';
export type { CompletedCall } from './sandbox.ts';
export type { SeedTenant } from './tenants/seed-tenants.ts';
export type { Sandbox, SandboxOptions };

/**
 * Starts the real handler on free ports of loopback, with a simulated Kaleyra and Secrets Manager and seed tenants.
 * @throws Error that names the variable or the ports that are wrong
 */
export const startSandbox: (options?: SandboxOptions) => Promise<Sandbox> = start;
