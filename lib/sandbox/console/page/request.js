/** The request: the form, the line that sends it, and what is sent for it. */

/** @import { OutcomeChoice } from '../console-data.ts' */
/** @import { ConsoleRequest, FieldName, State } from './store.js' */

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { icon, segments } from './elements.js';
import { formatSeconds } from './format.js';
import { cancel, send, toPath } from './send.js';
import { getState, update } from './store.js';

/** Labels, and what keyboards of phones show. */
const fields = {
  tenant_id: ['Tenant', 'text'],
  waba_id: ['WABA', 'numeric'],
  id: ['Id', 'numeric'],
  phone_number: ['Phone', 'tel'],
  otp: ['Password', 'numeric'],
};

/** What each extra does, in words. */
const extras = {
  'text/plain': 'Content-Type: text/plain',
  padding: 'an additional field of 5,000 characters',
  'no-claim': 'a token for no tenant',
};

/** @param {FieldName} name @param {string} value */
const setField = (name, value) => {
  const { request } = getState();
  // The password is inserted into the code as it is, so it must not need quotes there.
  const accepted = name === 'otp' ? value.replace(/[^\w -]/g, '') : value;
  update({ request: { ...request, fields: { ...request.fields, [name]: accepted } }, choice: undefined });
};

/** @param {ConsoleRequest['channel']} channel */
const setChannel = (channel) => {
  const { request, data, language } = getState();
  const languages = data.languages.filter((one) => one.channel === channel);
  const shown = languages.find(({ id }) => id === language) ?? languages[0];
  update({ request: { ...request, channel }, ...(shown && { language: shown.id }) });
};

/** Fills the form with the request that has an outcome. @param {OutcomeChoice} choice */
export const chooseOutcome = ({ key, request: chosen }) => {
  const { request } = getState();
  if (!chosen) return;
  const extra = chosen.extra === 'use-up' ? undefined : chosen.extra;
  update({ request: { ...request, fields: chosen.fields, extra }, choice: key });
  if (extra === 'text/plain' || extra === 'no-claim') setChannel('http');
};

/** @param {SubmitEvent} event */
const submit = (event) => {
  event.preventDefault();
  send();
};

/** @param {State} state */
export const requestForm = ({ request, data }) => html`
  <form id="request" class="columns padded" @submit=${submit} aria-label="Request" tabindex="-1">
    ${Object.entries(fields).map(([name, [label, inputMode]]) => field(/** @type {FieldName} */ (name), label, inputMode, request))}
    <datalist id="tenants">${data.tenantIds.map((tenant) => html`<option value=${tenant}></option>`)}</datalist>
    ${
      request.extra
        ? html`<p class="warn">Sends ${extras[request.extra]}
            <button type="button" class="button" @click=${() => update({ request: { ...getState().request, extra: undefined }, choice: undefined })} aria-label="Send an ordinary request again">${icon('close')}</button>
          </p>`
        : nothing
    }
  </form>
`;

/** @param {FieldName} name @param {string | undefined} label @param {string | undefined} inputMode @param {ConsoleRequest} request */
const field = (name, label, inputMode, request) => html`
  <label class="field">
    <span>${label} <code class="muted">${name}</code></span>
    <input
      class="mono"
      name=${name}
      .value=${live(request.fields[name])}
      list=${name === 'tenant_id' ? 'tenants' : nothing}
      inputmode=${inputMode}
      autocomplete="off"
      spellcheck="false"
      @input=${(/** @type {InputEvent} */ { target }) => setField(name, /** @type {HTMLInputElement} */ (target).value)}
    >
  </label>
`;

/** @param {State} state */
export const requestBar = ({ request, run, data }) => html`
  <div class="request-bar line padded ruled">
    <p class="request-line mono">
      <span class="good">${request.channel === 'http' ? 'POST' : 'Invoke'}</span>
      ${request.channel === 'http' ? toPath(request) : data.functionName}
    </p>
    <fieldset>
      <legend class="visually-hidden">Entry point</legend>
      ${segments('channel', channels, request.channel, setChannel)}
    </fieldset>
    ${
      run?.state === 'running'
        ? html`<button type="button" class="button primary" @click=${cancel}>Cancel ${formatSeconds(performance.now() - run.startedAt)} <kbd>Esc</kbd></button>`
        : html`<button type="submit" form="request" class="button primary">Send <kbd>Ctrl Enter</kbd></button>`
    }
  </div>
`;

const channels = /** @type {const} */ ([
  ['http', 'HTTP'],
  ['direct', 'Direct'],
]);
