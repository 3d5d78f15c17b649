/** The controls of what only a sandbox can do. */

/** @import { State } from './store.js' */

import { html } from 'lit-html';
import { freeze, rotate, rotationWords, setFault, useUp } from './controls.js';
import { button, segments } from './elements.js';

const secretsManagerModes = /** @type {const} */ ([
  ['ok', 'Works'],
  ['failing', 'Fails'],
  ['throttling', 'Throttles'],
  ['hanging', 'Hangs'],
]);

const kaleyraModes = /** @type {const} */ ([
  ['ok', 'Works'],
  ['slow', 'Slow'],
  ['dropping', 'Drops'],
  ['bad-gateway', '502'],
]);

/** @param {State} state */
export const simulate = ({ controls, request: { fields } }) => {
  if (!controls) return html`<p class="padded muted">The sandbox has not reported its controls yet.</p>`;
  const { tenant_id } = fields;
  const keys = controls.rotations[tenant_id];
  return html`
    <div class="stack padded">
      <fieldset>
        <legend>Secrets Manager</legend>
        <p class="muted">Cached keys stay usable. Freeze the function for ten minutes to see it read again.</p>
        ${segments('secrets-manager', secretsManagerModes, controls.secretsManager, (secretsManager) => setFault({ secretsManager }))}
      </fieldset>
      <fieldset>
        <legend>Kaleyra</legend>
        <p class="muted">For every call, whatever its phone number.</p>
        ${segments('kaleyra', kaleyraModes, controls.kaleyra, (kaleyra) => setFault({ kaleyra }))}
      </fieldset>
      <fieldset>
        <legend>Key of ${tenant_id}</legend>
        <p class="muted">${keys ? `Now: ${rotationWords[keys][0] ?? 'one key'}.` : 'Only tenants with an account at the simulated Kaleyra have a key to rotate.'}</p>
        <div class="line">
          ${button('Store a new key', () => rotate(tenant_id, 'new-key'), !keys || keys === 'both-keys')}
          ${button('Revoke the old key', () => rotate(tenant_id, 'revoke-old'), keys !== 'both-keys')}
        </div>
      </fieldset>
      <fieldset>
        <legend>Function</legend>
        <p class="muted">Freezes it, as Lambda does between calls: its clock moves on and idle connections die. After ten minutes its cached keys have expired too.</p>
        <div class="line">
          ${button('Freeze for 1 min', () => freeze(60))}
          ${button('10 min', () => freeze(600))}
        </div>
      </fieldset>
      <fieldset>
        <legend>Attempts</legend>
        <p class="muted">The next call for the number in the form gets <code>TooManyAttempts</code>.</p>
        ${button(`Use up the attempts of ${fields.phone_number}`, () => useUp(fields))}
      </fieldset>
    </div>
  `;
};
