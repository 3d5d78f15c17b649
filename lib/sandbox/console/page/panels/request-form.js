/** The request's fields. */

/** @import { FieldName } from '../request.js' */
/** @import { State } from '../store.js' */

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { icon } from '../icons.js';
import { extraLabels, fieldNames, removeExtra, setField } from '../request.js';
import { send } from '../send.js';

/** @type {Readonly<Record<FieldName, string>>} */
const labels = {
  tenant_id: 'Tenant',
  waba_id: 'WABA',
  id: 'Id',
  phone_number: 'Phone',
  otp: 'Password',
};

/** @param {Event} event */
const submit = (event) => {
  event.preventDefault();
  send();
};

/** @param {State} state */
export const requestForm = ({ request, data }) => html`
  <form id="request" class="fields" @submit=${submit} aria-label="Request" tabindex="-1">
    ${fieldNames.map((name) => field(name, request.fields[name]))}
    <datalist id="tenants">${data.tenantIds.map((tenant) => html`<option value=${tenant}></option>`)}</datalist>
    ${
      request.extra
        ? html`<p class="extra">Sends ${extraLabels[request.extra]}
            <button type="button" class="icon-button" @click=${removeExtra} aria-label="Send an ordinary request again">${icon('close')}</button>
          </p>`
        : nothing
    }
  </form>
`;

/** @param {FieldName} name @param {string} value */
const field = (name, value) => html`
  <label class="field field-${name}">
    <span class="field-label">${labels[name]} <code>${name}</code></span>
    <input
      name=${name}
      .value=${live(value)}
      list=${name === 'tenant_id' ? 'tenants' : nothing}
      inputmode=${name === 'tenant_id' ? 'text' : name === 'phone_number' ? 'tel' : 'numeric'}
      autocomplete="off"
      spellcheck="false"
      @input=${(/** @type {InputEvent} */ { target }) => setField(name, /** @type {HTMLInputElement} */ (target).value)}
    >
  </label>
`;
