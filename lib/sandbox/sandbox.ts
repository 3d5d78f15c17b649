/** A sandbox as its users see it. These types import nothing from packages that a consumer does not have. */
import type { EmitEvent, RequestEvent } from '../../functions/verify-number/telemetry/request-event.ts';
import type { ControlState, Controls } from './controls/controls.ts';
import type { SecretsManagerOptions } from './secrets-manager/server.ts';
import type { SeedTenant } from './tenants/seed-tenants.ts';
import type { RejectedRequest } from './trace/traced-call.ts';

export interface SandboxOptions {
  /**
   * The function's environment variables, and the two that name another Secrets Manager or Kaleyra.
   * @default none
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default free ports */
  readonly ports?: { readonly http?: number; readonly kaleyra?: number; readonly secretsManager?: number };
  /**
   * Tenants in addition to the seed tenants. One with the same name replaces a seed tenant.
   * @default none
   */
  readonly tenants?: readonly SeedTenant[];
  /** Called with the log event of each request to the function. */
  readonly emit?: EmitEvent;
  /** Called for each request that a gateway rejected without calling the function. */
  readonly onRejected?: (rejected: RejectedRequest) => void;
  /** Called whenever what is being simulated changes. */
  readonly onControlChange?: (state: ControlState) => void;
  /** Returns the fault for a call to the simulated Secrets Manager, if it has one. */
  readonly secretsManagerFault?: SecretsManagerOptions['fault'];
}

/** A call that the function has completed, as a test asserts on it. */
export interface CompletedCall
  extends Pick<
    RequestEvent,
    'request_id' | 'channel' | 'outcome' | 'tenant_id' | 'phone_number' | 'kaleyra_code' | 'reason'
  > {
  /** The HTTP status of the response. For a direct call, the one that the outcome has over HTTP. */
  readonly status: number;
  /** How many requests the function sent to Kaleyra for this call. */
  readonly kaleyraRequests: number;
}

export interface Sandbox {
  /** The origin of the HTTP API and of Lambda's Invoke. */
  readonly url: string;
  /** Origins, and Lambda's Invoke path. */
  readonly urls: {
    readonly http: string;
    readonly invoke: string;
    readonly kaleyra: string;
    readonly secretsManager: string;
  };
  /** Absent for a service that the environment replaces. */
  readonly ports: { readonly http: number; readonly kaleyra?: number; readonly secretsManager?: number };
  readonly tenantIds: readonly string[];
  /** A token that is authorized for every tenant. Absent if callers need none. */
  readonly token: string | undefined;
  readonly controls: Controls;
  /** The calls that the function has completed, oldest first, for assertions. */
  calls(): readonly CompletedCall[];
  /** Stops everything immediately, in the middle of a call too. */
  close(): Promise<void>;
}
