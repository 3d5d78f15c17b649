/** What only a sandbox can do: faults of the services, rotation of keys, a frozen function, used-up attempts. */
import type { Clock } from '../../../functions/verify-number/core/clock.ts';
import type { NumberToVerify } from '../../../functions/verify-number/core/contract.ts';
import { maskPhoneNumber } from '../../../functions/verify-number/telemetry/request-event.ts';
import type { KaleyraFault } from '../kaleyra/simulator.ts';
import { createThrottlingFault, type Fault } from '../secrets-manager/server.ts';
import { AwsServiceError } from '../secrets-manager/store.ts';
import type { RotatingTenant } from '../tenants/seed-tenants.ts';

export const secretsManagerModes = ['ok', 'failing', 'throttling', 'hanging'] as const;
type SecretsManagerMode = (typeof secretsManagerModes)[number];

export const kaleyraModes = ['ok', 'slow', 'dropping', 'bad-gateway'] as const;
type KaleyraMode = (typeof kaleyraModes)[number];

export const rotationSteps = ['new-key', 'revoke-old'] as const;
type RotationStep = (typeof rotationSteps)[number];

/** The keys of a tenant: the initial one, an old and a new one, or only the new one. */
type RotationState = 'initial' | 'both-keys' | 'old-revoked';

/** A number whose attempts are counted. */
export type CountedNumber = Pick<NumberToVerify, 'tenant_id' | 'id' | 'phone_number'>;

/** Everything that is being simulated at the moment. */
export interface ControlState {
  readonly secretsManager: SecretsManagerMode;
  readonly kaleyra: KaleyraMode;
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

/** What the controls act on. */
interface ControlledParts {
  /** Whether the sandbox uses its own services, and not those of the environment. */
  readonly owns: { readonly secretsManager: boolean; readonly kaleyra: boolean };
  readonly tenants: readonly RotatingTenant[];
  /** Sets the active keys of a tenant's account, and the key in its secret. */
  readonly setKeys: (tenantId: string, keys: Pick<RotatingTenant, 'apiKey' | 'activeKeys'>) => void;
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
  set(modes: { readonly secretsManager?: SecretsManagerMode; readonly kaleyra?: KaleyraMode }): void;
  /**
   * `new-key` adds a key to the tenant's account and writes it to its secret. `revoke-old` leaves only that key active.
   * @throws ControlRejected
   */
  rotate(tenantId: string, step: RotationStep): void;
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

interface Rotation extends Pick<RotatingTenant, 'apiKey' | 'activeKeys'> {
  readonly state: RotationState;
}

/** What the simulated services read before each request. */
interface ControlEffects {
  readonly clock: Clock;
  readonly secretsManagerFault: () => Fault | undefined;
  readonly kaleyraFault: () => KaleyraFault | undefined;
}

const maxFreezeSeconds = 86_400;

export const createControls = (parts: ControlledParts): Controls & ControlEffects => {
  let secretsManager: SecretsManagerMode = 'ok';
  let kaleyra: KaleyraMode = 'ok';
  let aheadMs = 0;
  let frozenUntil: string | null = null;
  let keyNumber = 1;
  const rotations = new Map<string, Rotation>();
  const usedUp = new Map<string, CountedNumber>();

  const clock: Clock = { now: () => Date.now() + aheadMs };
  const state = (): ControlState => ({
    secretsManager,
    kaleyra,
    rotations: Object.fromEntries(
      parts.tenants.map(({ tenantId }) => [tenantId, rotations.get(tenantId)?.state ?? 'initial']),
    ),
    frozenUntil,
    usedUp: [...usedUp.values()].map(({ tenant_id, phone_number }) => ({
      tenant_id,
      phone_number: maskPhoneNumber(phone_number),
    })),
    active:
      Number(secretsManager !== 'ok') +
      Number(kaleyra !== 'ok') +
      Number(frozenUntil !== null) +
      rotations.size +
      usedUp.size,
  });
  const changed = (): void => parts.onChange(state());
  const addKey = (tenantId: string, { activeKeys }: Rotation): Rotation => {
    keyNumber += 1;
    const apiKey = `fake-api-key-${keyNumber}-of-${tenantId}`;
    return { state: 'both-keys', apiKey, activeKeys: [...activeKeys, apiKey] };
  };
  const revokeOldKeys = ({ apiKey }: Rotation): Rotation => ({
    state: 'old-revoked',
    apiKey,
    activeKeys: [apiKey],
  });

  return {
    clock,
    secretsManagerFault: () => secretsManagerFaults[secretsManager]?.(),
    kaleyraFault: () => (kaleyra === 'ok' ? undefined : kaleyra),
    state,
    set: (modes) => {
      for (const service of ['secretsManager', 'kaleyra'] as const) {
        const mode = modes[service] ?? 'ok';
        if (mode === 'ok' || parts.owns[service]) continue;
        throw new ControlRejected(
          `Unset ${getVariables[service]}. The sandbox can only make its own service fail.`,
        );
      }
      secretsManager = modes.secretsManager ?? secretsManager;
      kaleyra = modes.kaleyra ?? kaleyra;
      changed();
    },
    rotate: (tenantId, step) => {
      const tenant = parts.tenants.find((one) => one.tenantId === tenantId);
      if (!tenant) {
        const names = parts.tenants.map((one) => one.tenantId).join(', ') || 'none';
        throw new ControlRejected(`The tenants whose keys can be rotated are: ${names}.`);
      }
      const before = rotations.get(tenantId) ?? { ...tenant, state: 'initial' };
      if (step === 'new-key' && before.state === 'both-keys') {
        throw new ControlRejected('Revoke the old key before you add another one.');
      }
      if (step === 'revoke-old' && before.state !== 'both-keys') {
        throw new ControlRejected('Add a new key before you revoke the old one.');
      }
      rotations.set(tenantId, step === 'new-key' ? addKey(tenantId, before) : revokeOldKeys(before));
      parts.setKeys(tenantId, rotations.get(tenantId) ?? tenant);
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
      await parts.useUpAttempts(number);
      usedUp.set(`${number.tenant_id} ${number.phone_number}`, number);
      changed();
    },
    reset: () => {
      secretsManager = 'ok';
      kaleyra = 'ok';
      aheadMs = 0;
      frozenUntil = null;
      usedUp.clear();
      for (const tenant of parts.tenants) {
        if (rotations.has(tenant.tenantId)) parts.setKeys(tenant.tenantId, tenant);
      }
      rotations.clear();
      parts.restart();
      changed();
    },
  };
};

const getVariables = {
  secretsManager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  kaleyra: 'KALEYRA_BASE_URL',
} as const;

const secretsManagerFaults: Partial<Record<SecretsManagerMode, () => Fault>> = {
  failing: () => new AwsServiceError('InternalServiceError', 'An error occurred on the server side.', 500),
  throttling: createThrottlingFault,
  hanging: () => 'hang',
};
