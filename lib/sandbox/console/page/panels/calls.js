/** The recent calls, from whatever client, and the filter. */

/** @import { TracedCall } from '../../../trace/traced-call.ts' */
/** @import { State } from '../store.js' */

import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { filterCalls, findSelectedCall, selectCall, setFilter, toggleFollowing } from '../call-selection.js';
import { formatMs, formatTime, getTone } from '../format.js';
import { moveFocus } from '../roving.js';

/** @param {State} state */
export const callList = (state) => {
  const { calls, filter, isFollowing } = state;
  const shown = filterCalls(state);
  const selected = findSelectedCall(state)?.id;
  const stop = shown.some(({ id }) => id === selected) ? selected : shown[0]?.id;
  return html`
    <section class="panel calls-panel" aria-labelledby="calls-title">
      <div class="panel-head">
        <h2 id="calls-title">Calls <span class="count">${shown.length === calls.length ? calls.length : `${shown.length} of ${calls.length}`}</span></h2>
        <button type="button" class="button small toggle" aria-pressed=${isFollowing} @click=${toggleFollowing}>Follow newest</button>
      </div>
      <div class="filters" role="group" aria-label="Filter">
        ${getFilter(
          'tenant',
          'All tenants',
          filter.tenant,
          calls.map(({ request }) => request.tenant_id),
        )}
        ${getFilter(
          'outcome',
          'All outcomes',
          filter.outcome,
          calls.map(({ result }) => result?.outcome),
        )}
      </div>
      ${
        shown.length === 0
          ? html`<p class="empty">${calls.length === 0 ? 'No calls yet. Calls from curl, the AWS CLI or a test appear here too.' : 'No call fits the filter.'}</p>`
          : html`<ol class="call-list" @keydown=${moveFocus}>
              ${repeat(
                shown,
                ({ id }) => id,
                (call) => callRow(call, call.id === selected, call.id === stop),
              )}
            </ol>`
      }
    </section>
  `;
};

/**
 * @param {'tenant' | 'outcome'} name
 * @param {string} everything
 * @param {string} current
 * @param {readonly (string | undefined)[]} values
 */
const getFilter = (name, everything, current, values) => {
  const options = [...new Set([...values, current].filter((value) => value))].sort();
  return html`
    <select
      aria-label="Filter by ${name}"
      name="filter-${name}"
      @change=${(/** @type {Event} */ { target }) => setFilter(name, /** @type {HTMLSelectElement} */ (target).value)}
    >
      <option value="" ?selected=${current === ''}>${everything}</option>
      ${options.map((value) => html`<option value=${value} ?selected=${value === current}>${value}</option>`)}
    </select>
  `;
};

/** @param {TracedCall} call @param {boolean} isSelected @param {boolean} isStop */
const callRow = (call, isSelected, isStop) => {
  const { id, startedAt, channel, request, result } = call;
  return html`
    <li>
      <button
        type="button"
        class="call"
        data-roving
        data-call=${id}
        tabindex=${isStop ? 0 : -1}
        aria-current=${isSelected}
        @click=${() => selectCall(id)}
        @focus=${() => isSelected || selectCall(id)}
      >
        <span class="status ${result ? getTone(result.status) : 'running'}">${result ? result.status : '···'}</span>
        <span class="call-outcome">${result ? result.outcome : 'Running'}</span>
        <span class="call-ms">${result ? formatMs(result.totalMs) : nothing}</span>
        <span class="call-detail">${formatTime(startedAt)} · ${channel} · ${request.tenant_id ?? '–'}${request.phone_number ? ` · …${request.phone_number.slice(-4)}` : ''}</span>
      </button>
    </li>
  `;
};
