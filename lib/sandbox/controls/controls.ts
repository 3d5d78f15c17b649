/** What only a sandbox can do: faults of the services, rotation of keys, a frozen function, used-up attempts. */
import type { Clock } from '../../../functions/verify-number/core/clock.ts';
import type { NumberToVerify } from '../../../functions/verify-number/core/contract.ts';
import { maskPhoneNumber } from '../../../functions/verify-number/telemetry/request-event.ts';
import type { KaleyraFault } from '../kaleyra/simulator.ts';
import { createThrottlingFault, type Fault } from '../secrets-manager/server.ts';
import { AwsServiceError } from '../secrets-manager/store.ts';
import { getActiveKeys, type SeedTenant } from '../tenants/seed-tenants.ts';

export const secretsManagerModes = ['ok', 'failing', 'throttling', 'hanging'] as const;
export const kaleyraModes = ['ok', 'slow', 'dropping', 'bad-gateway'] as const;
export const rotationSteps = ['new-key', 'revoke-old'] as const;

/** How the two services behave. */
interface Modes {
  readonly secretsManager: (typeof secretsManagerModes)[number];
  readonly kaleyra: (typeof kaleyraModes)[number];
}

/** The keys of a tenant: the initial one, an old and a new one, or only the new one. */
type RotationState = 'initial' | 'both-keys' | 'old-revoked';

/** A number whose attempts are counted. */
export type CountedNumber = Pick<NumberToVerify, 'tenant_id' | 'id' | 'phone_number'>;

/** Everything that is being simulated at the moment. */
export interface ControlState extends Modes {
  /** The tenants whose keys can be rotated. */
  readonly rotations: Readonly<Record<string, RotationState>>;
  /** The time on the function's clock when its last freeze ended, RFC 3339. Null if it was not frozen. */
  readonly frozenUntil: string | null;
  /** Phone numbers are masked. */
  readonly usedUp: readonly Pick<CountedNumber, 'tenant_id' | 'phone_number'>[];
  /** The number of simulated conditions. 0: everything works normally. */
  readonly active: number;
}

/** A control that cannot be applied. The message says what to do instead. */
export class ControlRejected extends Error {}

/** The key in a tenant's secret, and the active keys of its account. */
interface TenantKeys {
  readonly apiKey: string;
  readonly activeKeys: readonly string[];
}

/** What the controls act on. */
interface ControlledParts {
  /** Whether the sandbox uses its own services, and not those of the environment. */
  readonly owns: { readonly secretsManager: boolean; readonly kaleyra: boolean };
  /** The tenants whose keys can be rotated. */
  readonly tenants: readonly SeedTenant[];
  readonly setKeys: (tenantId: string, keys: TenantKeys) => void;
  /** Uses up a number's attempts. Switches attempt counting on if it is off. */
  readonly useUpAttempts: (number: CountedNumber) => Promise<void>;
  /** Closes connections on which no request is running, as a peer does in a long pause. */
  readonly closeIdleConnections: () => void;
  /** Starts a new function, and forgets attempts and verified numbers. */
  readonly restart: () => void;
  readonly onChange: (state: ControlState) => void;
}

export interface Controls {
  state(): ControlState;
  /**
   * Sets faults.
   * @throws ControlRejected if the sandbox uses another service instead of its own
   */
  set(modes: Partial<Modes>): void;
  /**
   * `new-key` adds a key to the tenant's account and writes it to its secret. `revoke-old` leaves only that key active.
   * @throws ControlRejected
   */
  rotate(tenantId: string, step: (typeof rotationSteps)[number]): void;
  /**
   * Simulates that Lambda froze the idle function: its clock moves on, and its peers have closed idle connections.
   * @throws ControlRejected
   */
  freeze(seconds: number): void;
  /** Uses up all attempts of a number. */
  useUp(number: CountedNumber): Promise<void>;
  /** Ends everything that is being simulated. */
  reset(): void;
}

/** What the simulated services read before each request. */
interface ControlEffects {
  readonly clock: Clock;
  readonly secretsManagerFault: () => Fault | undefined;
  readonly kaleyraFault: () => KaleyraFault | undefined;
}

const maxFreezeSeconds = 86_400;

const allOk: Modes = { secretsManager: 'ok', kaleyra: 'ok' };

export const createControls = (parts: ControlledParts): Controls & ControlEffects => {
  let modes = allOk;
  let aheadMs = 0;
  let frozenUntil: string | null = null;
  let keyNumber = 1;
  const initialKeys = new Map<string, TenantKeys>(
    parts.tenants.map((tenant) => [
      tenant.tenantId,
      { apiKey: tenant.apiKey, activeKeys: getActiveKeys(tenant) },
    ]),
  );
  const rotations = new Map<string, TenantKeys>();
  const usedUp = new Map<string, ControlState['usedUp'][number]>();

  const clock: Clock = { now: () => Date.now() + aheadMs };
  const getRotationState = (tenantId: string): RotationState => {
    const keys = rotations.get(tenantId);
    if (!keys) return 'initial';
    return keys.activeKeys.length > 1 ? 'both-keys' : 'old-revoked';
  };
  const state = (): ControlState => ({
    ...modes,
    rotations: Object.fromEntries([...initialKeys.keys()].map((id) => [id, getRotationState(id)])),
    frozenUntil,
    usedUp: [...usedUp.values()],
    active:
      Object.values(modes).filter((mode) => mode !== 'ok').length +
      Number(frozenUntil !== null) +
      rotations.size +
      usedUp.size,
  });
  const changed = (): void => parts.onChange(state());

  return {
    clock,
    secretsManagerFault: () => secretsManagerFaults[modes.secretsManager]?.(),
    kaleyraFault: () => (modes.kaleyra === 'ok' ? undefined : modes.kaleyra),
    state,
    set: (changes) => {
      for (const service of ['secretsManager', 'kaleyra'] as const) {
        if (parts.owns[service] || (changes[service] ?? 'ok') === 'ok') continue;
        throw new ControlRejected(
          `Unset ${variables[service]}. The sandbox can only make its own service fail.`,
        );
      }
      modes = { ...modes, ...changes };
      changed();
    },
    rotate: (tenantId, step) => {
      const keys = rotations.get(tenantId) ?? initialKeys.get(tenantId);
      if (!keys) {
        const names = [...initialKeys.keys()].join(', ') || 'none';
        throw new ControlRejected(`The tenants whose keys can be rotated are: ${names}.`);
      }
      const hasBothKeys = getRotationState(tenantId) === 'both-keys';
      if (step === 'new-key' && hasBothKeys) {
        throw new ControlRejected('Revoke the old key before you add another one.');
      }
      if (step === 'revoke-old' && !hasBothKeys) {
        throw new ControlRejected('Add a new key before you revoke the old one.');
      }
      keyNumber += 1;
      const newKey = `fake-api-key-${keyNumber}-of-${tenantId}`;
      const changedKeys =
        step === 'new-key'
          ? { apiKey: newKey, activeKeys: [...keys.activeKeys, newKey] }
          : { apiKey: keys.apiKey, activeKeys: [keys.apiKey] };
      rotations.set(tenantId, changedKeys);
      parts.setKeys(tenantId, changedKeys);
      changed();
    },
    freeze: (seconds) => {
      if (!(Number.isInteger(seconds) && seconds >= 1 && seconds <= maxFreezeSeconds)) {
        throw new ControlRejected(`seconds must be a whole number from 1 to ${maxFreezeSeconds}.`);
      }
      aheadMs += seconds * 1000;
      frozenUntil = new Date(clock.now()).toISOString();
      parts.closeIdleConnections();
      changed();
    },
    useUp: async (number) => {
      const { tenant_id, phone_number } = number;
      await parts.useUpAttempts(number);
      usedUp.set(`${tenant_id} ${phone_number}`, { tenant_id, phone_number: maskPhoneNumber(phone_number) });
      changed();
    },
    reset: () => {
      modes = allOk;
      aheadMs = 0;
      frozenUntil = null;
      usedUp.clear();
      for (const [tenantId, keys] of initialKeys)
        if (rotations.delete(tenantId)) parts.setKeys(tenantId, keys);
      parts.restart();
      changed();
    },
  };
};

const variables = {
  secretsManager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  kaleyra: 'KALEYRA_BASE_URL',
} as const;

const secretsManagerFaults: Partial<Record<Modes['secretsManager'], () => Fault>> = {
  failing: () => new AwsServiceError('InternalServiceError', 'An error occurred on the server side.', 500),
  throttling: createThrottlingFault,
  hanging: () => 'hang',
};
