/** The recent calls, from whatever client, and the filter. */

/** @import { TracedCall } from '../../trace/traced-call.ts' */
/** @import { State } from './store.js' */

import { html } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { moveFocus } from './elements.js';
import { formatMs, formatTime, getTone } from './format.js';
import { getState, update } from './store.js';

/** How many calls the page keeps: as many as the sandbox. */
const maxCalls = 200;

/** Follows the sandbox's event stream: calls as they happen, and what is being simulated. */
export const followEvents = () => {
  const source = new EventSource('/sandbox/events');
  source.onopen = () => update({ connection: 'live' });
  source.onerror = () => update({ connection: 'lost' });
  /** @param {string} name @param {(value: any) => void} use */
  const on = (name, use) => source.addEventListener(name, ({ data }) => use(JSON.parse(data)));
  on('calls', (calls) => update({ calls: calls.reverse() }));
  on('call', addCall);
  on('controls', (controls) => update({ controls }));
};

/** @param {TracedCall} call */
const addCall = (call) => {
  const { calls } = getState();
  const at = calls.findIndex(({ id }) => id === call.id);
  update({ calls: at < 0 ? [call, ...calls].slice(0, maxCalls) : calls.with(at, call) });
};

/** The calls that pass the filter. @param {State} state */
const filterCalls = ({ calls, filter: { tenant, outcome } }) =>
  calls.filter(
    ({ request, result }) =>
      (tenant === '' || request.tenant_id === tenant) && (outcome === '' || result?.outcome === outcome),
  );

/** The newest call, or the one that was selected. @param {State} state @returns {TracedCall | undefined} */
export const findSelectedCall = (state) =>
  state.isFollowing ? filterCalls(state)[0] : state.calls.find(({ id }) => id === state.selectedCall);

/** @param {State} state */
export const callList = (state) => {
  const { calls, isFollowing } = state;
  const shown = filterCalls(state);
  const selected = findSelectedCall(state)?.id;
  const stop = shown.some(({ id }) => id === selected) ? selected : shown[0]?.id;
  return html`
    <section class="panel calls" aria-labelledby="calls-title">
      <div class="line padded">
        <h2 id="calls-title">Calls <span class="muted">${shown.length === calls.length ? calls.length : `${shown.length} of ${calls.length}`}</span></h2>
        <button type="button" class="button end" aria-pressed=${isFollowing} @click=${() => update({ isFollowing: !isFollowing, selectedCall: selected })}>Follow newest</button>
      </div>
      <div class="columns padded" role="group" aria-label="Filter">
        ${filter(state, 'tenant', ({ request }) => request.tenant_id)}
        ${filter(state, 'outcome', ({ result }) => result?.outcome)}
      </div>
      ${
        shown.length === 0
          ? html`<p class="padded muted">${calls.length === 0 ? 'No calls yet. Calls from curl, the AWS CLI or a test appear here too.' : 'No call fits the filter.'}</p>`
          : html`<ol class="scroll" @keydown=${moveFocus}>
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

/** @param {State} state @param {'tenant' | 'outcome'} name @param {(call: TracedCall) => string | undefined} getValue */
const filter = ({ calls, filter }, name, getValue) => {
  const current = filter[name];
  const values = [...new Set([...calls.map(getValue), current].filter(Boolean))].sort();
  const set = (/** @type {Event} */ { target }) =>
    update({ filter: { ...getState().filter, [name]: /** @type {HTMLSelectElement} */ (target).value } });
  return html`
    <select aria-label="Filter by ${name}" name="filter-${name}" @change=${set}>
      <option value="" ?selected=${current === ''}>All ${name}s</option>
      ${values.map((value) => html`<option value=${value} ?selected=${value === current}>${value}</option>`)}
    </select>
  `;
};

/** @param {TracedCall} call @param {boolean} isSelected @param {boolean} isStop */
const callRow = ({ id, startedAt, channel, request, result, steps }, isSelected, isStop) => {
  const select = () => isSelected || update({ selectedCall: id, isFollowing: false });
  const subject = steps[0]?.kind === 'gateway' && steps[0].refusal ? steps[0].refusal : request.tenant_id;
  const number = request.phone_number && `…${request.phone_number.slice(-4)}`;
  return html`
    <li>
      <button type="button" class="row call" tabindex=${isStop ? 0 : -1} aria-current=${isSelected} @click=${select} @focus=${select}>
        <code class=${result ? getTone(result.status) : 'accent'}>${result ? getMark(channel, result) : '···'}</code>
        <strong>${result ? result.outcome : 'Running'}</strong>
        <code class="muted">${result ? formatMs(result.totalMs) : ''}</code>
        <span class="wide muted">${[formatTime(startedAt), channel, subject, number].filter(Boolean).join(' · ')}</span>
      </button>
    </li>
  `;
};

/** The HTTP status. Lambda's is 200 even if the function throws. @param {TracedCall['channel']} channel @param {NonNullable<TracedCall['result']>} result */
const getMark = (channel, { outcome, status }) => {
  if (channel === 'http' || outcome === 'GatewayRefused') return status;
  return outcome === 'Verified' ? 'ok' : 'error';
};
