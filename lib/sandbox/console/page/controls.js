/** What the sandbox simulates: its state, and the requests that change it. */

import { update } from './store.js';

/**
 * @typedef {object} Controls
 * @property {'ok' | 'failing' | 'throttling' | 'hanging'} secretsManager
 * @property {'ok' | 'slow' | 'dropping' | 'bad-gateway'} kaleyra
 * @property {Readonly<Record<string, 'initial' | 'both-keys' | 'old-revoked'>>} rotations by tenant
 * @property {string | null} frozenUntil when the last freeze ended on the function's clock, RFC 3339
 * @property {readonly { tenant_id: string, phone_number: string }[]} usedUp
 * @property {number} active how many things are simulated
 */

/** @param {string} method @param {string} path @param {object} [body] */
const request = async (method, path, body) => {
  const response = await fetch(`/sandbox/controls${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.ok) return update({ controls: await response.json() });
  const { message } = await response.json().catch(() => ({ message: `HTTP ${response.status}` }));
  update({ announcement: `Not changed: ${message}` });
};

/** @param {{ secretsManager?: Controls['secretsManager'], kaleyra?: Controls['kaleyra'] }} changes */
export const setFault = (changes) => request('PATCH', '', changes);

/** @param {string} tenant_id @param {'new-key' | 'revoke-old'} step */
export const rotate = (tenant_id, step) => request('POST', '/rotate', { tenant_id, step });

/** @param {number} seconds */
export const freeze = (seconds) => request('POST', '/freeze', { seconds });

/** @param {{ tenant_id: string, id: string, phone_number: string }} number */
export const useUp = (number) => request('POST', '/use-up', number);

export const resetAll = () => request('DELETE', '');

/** Everything that is simulated, in words. @param {Controls} controls @returns {string[]} */
export const describeSimulation = ({ secretsManager, kaleyra, rotations, frozenUntil, usedUp }) => [
  ...(secretsManager === 'ok' ? [] : [secretsManagerWords[secretsManager]]),
  ...(kaleyra === 'ok' ? [] : [kaleyraWords[kaleyra]]),
  ...Object.entries(rotations).flatMap(([tenant, step]) =>
    step === 'initial'
      ? []
      : [`${tenant}: ${step === 'both-keys' ? 'new key, old one valid' : 'old key revoked'}`],
  ),
  ...(frozenUntil ? ['function was frozen'] : []),
  ...usedUp.map(({ tenant_id, phone_number }) => `no attempts left: ${tenant_id} ${phone_number}`),
];

const secretsManagerWords = {
  failing: 'Secrets Manager fails',
  throttling: 'Secrets Manager throttles',
  hanging: 'Secrets Manager hangs',
};

const kaleyraWords = {
  slow: 'Kaleyra is slow',
  dropping: 'Kaleyra drops connections',
  'bad-gateway': 'Kaleyra returns 502',
};
