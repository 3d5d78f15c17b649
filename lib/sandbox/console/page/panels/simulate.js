/** What only a sandbox can do: faults of Secrets Manager and Kaleyra, key rotation, a frozen function, used-up attempts. */

/** @import { Controls } from '../controls.js' */
/** @import { State } from '../store.js' */

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { freeze, resetAll, rotate, setFault, useUp } from '../controls.js';

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

const rotationSteps = /** @type {const} */ ([
  ['initial', 'One key'],
  ['both-keys', 'New key stored; the old one still works'],
  ['old-revoked', 'Old key revoked'],
]);

/** @param {State} state */
export const simulate = ({ controls, request }) => {
  if (!controls) return html`<p class="empty">The sandbox has not reported its controls yet.</p>`;
  const { tenant_id, id, phone_number } = request.fields;
  return html`
    <div class="simulate">
      ${toChoice('Secrets Manager', 'Cached keys stay usable. Freeze the function for ten minutes to see it read again.', secretsManagerModes, controls.secretsManager, (secretsManager) => setFault({ secretsManager }))}
      ${toChoice('Kaleyra', 'For every call, whatever its phone number.', kaleyraModes, controls.kaleyra, (kaleyra) => setFault({ kaleyra }))}
      ${rotation(tenant_id, controls)}
      <section class="control" aria-labelledby="freeze">
        <h3 id="freeze">Function</h3>
        <p>Freezes it, as Lambda does between calls: its clock moves on and idle connections die. After ten minutes its cached keys have expired too.</p>
        <div class="button-row">
          <button type="button" class="button" @click=${() => freeze(60)}>Freeze for 1 min</button>
          <button type="button" class="button" @click=${() => freeze(600)}>10 min</button>
        </div>
      </section>
      <section class="control" aria-labelledby="use-up">
        <h3 id="use-up">Attempts</h3>
        <p>The next call for the number in the form gets <code>TooManyAttempts</code>.</p>
        <button type="button" class="button" @click=${() => useUp({ tenant_id, id, phone_number })}>
          Use up the attempts of ${phone_number}
        </button>
      </section>
      ${controls.active > 0 ? html`<button type="button" class="button" @click=${resetAll}>Reset all</button>` : nothing}
    </div>
  `;
};

/**
 * @template {string} Mode
 * @param {string} title
 * @param {string} sentence
 * @param {readonly (readonly [Mode, string])[]} modes
 * @param {Mode} current
 * @param {(mode: Mode) => void} onChange
 */
const toChoice = (title, sentence, modes, current, onChange) => html`
  <fieldset class="control">
    <legend>${title}</legend>
    <p>${sentence}</p>
    <div class="segments">
      ${modes.map(
        ([mode, label]) => html`
          <label><input type="radio" name=${title} value=${mode} .checked=${live(mode === current)} @change=${() => onChange(mode)}><span>${label}</span></label>
        `,
      )}
    </div>
  </fieldset>
`;

/** @param {string} tenant @param {Controls} controls */
const rotation = (tenant, { rotations }) => {
  const step = rotations[tenant];
  const label = rotationSteps.find(([id]) => id === step)?.[1];
  return html`
    <section class="control" aria-labelledby="rotation">
      <h3 id="rotation">Key of ${tenant}</h3>
      <p>${label ?? 'Only tenants with an account at the simulated Kaleyra have a key to rotate.'}</p>
      <div class="button-row">
        <button type="button" class="button" ?disabled=${step === undefined || step === 'both-keys'} @click=${() => rotate(tenant, 'new-key')}>Store a new key</button>
        <button type="button" class="button" ?disabled=${step !== 'both-keys'} @click=${() => rotate(tenant, 'revoke-old')}>Revoke the old key</button>
      </div>
    </section>
  `;
};
