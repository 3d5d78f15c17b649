/** What the sandbox simulates: its state, and the requests that change it. */

/** @import { ControlState } from '../../controls/controls.ts' */

import { update } from './store.js';

/** @param {string} method @param {string} path @param {object} [body] */
const change = async (method, path, body) => {
  const headers = { 'content-type': 'application/json' };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(`/sandbox/controls${path}`, init);
  const result = await response.json();
  update(response.ok ? { controls: result } : { announcement: `Not changed: ${result.message}` });
};

/** @param {Partial<Pick<ControlState, 'secretsManager' | 'kaleyra'>>} modes */
export const setFault = (modes) => change('PATCH', '', modes);

/** @param {string} tenant_id @param {'new-key' | 'revoke-old'} step */
export const rotate = (tenant_id, step) => change('POST', '/rotate', { tenant_id, step });

/** @param {number} seconds */
export const freeze = (seconds) => change('POST', '/freeze', { seconds });

/** @param {{ tenant_id: string, id: string, phone_number: string }} fields */
export const useUp = ({ tenant_id, id, phone_number }) =>
  change('POST', '/use-up', { tenant_id, id, phone_number });

export const resetAll = () => change('DELETE', '');

/** Everything that is simulated, in words. @param {ControlState} controls @returns {string[]} */
export const describeSimulation = ({ secretsManager, kaleyra, rotations, frozenUntil, usedUp }) => [
  ...modeWords[secretsManager],
  ...modeWords[kaleyra],
  ...Object.entries(rotations).flatMap(([tenant, keys]) =>
    rotationWords[keys].map((words) => `${tenant}: ${words}`),
  ),
  ...(frozenUntil ? ['function was frozen'] : []),
  ...usedUp.map(({ tenant_id, phone_number }) => `no attempts left: ${tenant_id} ${phone_number}`),
];

/** @type {Readonly<Record<ControlState['secretsManager'] | ControlState['kaleyra'], readonly string[]>>} */
const modeWords = {
  ok: [],
  failing: ['Secrets Manager fails'],
  throttling: ['Secrets Manager throttles'],
  hanging: ['Secrets Manager hangs'],
  slow: ['Kaleyra is slow'],
  dropping: ['Kaleyra drops connections'],
  'bad-gateway': ['Kaleyra returns 502'],
};

/** The keys of a tenant. @type {Readonly<Record<ControlState['rotations'][string], readonly string[]>>} */
export const rotationWords = {
  initial: [],
  'both-keys': ['new key, old one valid'],
  'old-revoked': ['old key revoked'],
};
