import type { ControlState } from './controls.ts';

/** Formats everything that is or can be simulated, as lines. */
export const formatControlState = (state: ControlState): string =>
  [
    state.active === 0 ? 'Nothing is being simulated.' : `Simulated conditions: ${state.active}`,
    ...toEntries(state).map(({ name, value }) => `  ${name.padEnd(18)}  ${value}`),
  ].join('\n');

/** Formats what is being simulated, as one line. */
export const formatSimulation = (state: ControlState): string => {
  const active = toEntries(state).filter(({ isActive }) => isActive);
  const list = active.map(({ name, value }) => `${name}: ${value}`).join('; ');
  return `Simulated: ${list || 'nothing'}`;
};

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly isActive: boolean;
}

const toEntries = ({ secretsManager, kaleyra, rotations, frozenUntil, usedUp }: ControlState): Entry[] => [
  { name: 'Secrets Manager', value: secretsManager, isActive: secretsManager !== 'ok' },
  { name: 'Kaleyra', value: kaleyra, isActive: kaleyra !== 'ok' },
  ...Object.entries(rotations).map(([tenantId, value]) => ({
    name: `Keys of ${tenantId}`,
    value,
    isActive: value !== 'initial',
  })),
  ...(frozenUntil === null
    ? []
    : [{ name: 'Function frozen', value: `until ${frozenUntil} on its clock`, isActive: true }]),
  ...usedUp.map(({ tenant_id, phone_number }) => ({
    name: 'No attempts left',
    value: `${tenant_id} ${phone_number}`,
    isActive: true,
  })),
];
